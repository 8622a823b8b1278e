using System.Net;
using System.Text;
using EventGateway.Http;
using EventGateway.Options;
using EventGateway.Serving.Refusals;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Net.Http.Headers;

namespace EventGateway.Serving;

/// <summary>The listeners of the two APIs, and the one of metrics.</summary>
internal static class Listeners
{
    /// <summary>Configures Kestrel with the listeners: Events API, Configuration API, metrics.</summary>
    /// <exception cref="CertificateException">A certificate or key cannot be read.</exception>
    public static void Configure(KestrelServerOptions kestrel, GatewayOptions options)
    {
        kestrel.AddServerHeader = false;
        // Both APIs limit the body themselves, so that the answer can name the limit.
        kestrel.Limits.MaxRequestBodySize = null;
        // RFC 9112, section 3.2.2: a Host beside an absolute target is ignored.
        kestrel.AllowHostHeaderOverride = true;
        // As much as Kestrel reads of all headers before it ends the connection: until then, they get a 431.
        kestrel.Limits.Http2.MaxRequestHeaderFieldSize = 2 * kestrel.Limits.MaxRequestHeadersTotalSize;
        // A character for each byte, so that no value is refused and raw requests and answers keep theirs. See HeaderText.
        var lengths = new ContentLengthEncoding();
        kestrel.RequestHeaderEncodingSelector = name => name == HeaderNames.ContentLength ? lengths : Encoding.Latin1;
        kestrel.ResponseHeaderEncodingSelector = static _ => Encoding.Latin1;
        // The readers of bodies have limits of their own. Kestrel's would cut senders that pause for some seconds, and with them
        // all requests of an HTTP/2 connection.
        kestrel.Limits.MinRequestBodyDataRate = null;
        // A reader of a stream may pause, but not forever: what waits for it takes memory.
        kestrel.Limits.MinResponseDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromMinutes(5));
        Listen(kestrel, options.Events, EventsListener.Mark);
        Listen(kestrel, options.Config, mark: null);
        if (options.Metrics is { } metrics)
        {
            Listen(kestrel, metrics, MetricsListener.Mark);
        }
    }

    /// <summary>Returns whether a request came in on the listener of the Events API.</summary>
    public static bool IsEvents(HttpContext context) => context.Features.Find<EventsListener>() is not null;

    /// <summary>Returns whether a request came in on the listener of metrics.</summary>
    public static bool IsMetrics(HttpContext context) => context.Features.Find<MetricsListener>() is not null;

    private static void Listen(KestrelServerOptions kestrel, ListenerOptions listener, Action<IFeatureCollection>? mark)
    {
        switch (listener.Host)
        {
            case "*":
                kestrel.ListenAnyIP(listener.Port, Configure);
                break;
            case "localhost":
                kestrel.ListenLocalhost(listener.Port, Configure);
                break;
            default:
                kestrel.Listen(IPAddress.Parse(listener.Host), listener.Port, Configure);
                break;
        }

        void Configure(ListenOptions listen)
        {
            if (listener.TlsCertificate is { } certificate)
            {
                var (leaf, chain) = Certificates.Load(certificate, listener.TlsKey!);
                listen.UseHttps(https =>
                {
                    https.ServerCertificate = leaf;
                    https.ServerCertificateChain = chain;
                });
            }

            listen.Use(RefusalOutput.Track);
            listen.Use(listen.ApplicationServices.GetRequiredService<OpenConnections>().Track);
            if (mark is not null)
            {
                listen.Use(next => connection =>
                {
                    mark(connection.Features);
                    return next(connection);
                });
            }
        }
    }

    private sealed class EventsListener
    {
        private static readonly EventsListener Instance = new();

        public static void Mark(IFeatureCollection features) => features.Set(Instance);
    }

    private sealed class MetricsListener
    {
        private static readonly MetricsListener Instance = new();

        public static void Mark(IFeatureCollection features) => features.Set(Instance);
    }
}
