using System.Net;
using System.Text;
using EventGateway.Options;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace EventGateway.Serving;

/// <summary>The two listeners of the server, and which of them a request came in by.</summary>
internal static class Listeners
{
    /// <summary>Configures Kestrel with both listeners.</summary>
    /// <exception cref="CertificateException">A certificate or key cannot be read.</exception>
    public static void Configure(KestrelServerOptions kestrel, GatewayOptions options)
    {
        kestrel.AddServerHeader = false;
        // Both APIs count the bytes of a body themselves, so that the answer says what was too large.
        kestrel.Limits.MaxRequestBodySize = null;
        // What a function puts in a header reaches the caller byte for byte.
        kestrel.ResponseHeaderEncodingSelector = _ => Encoding.UTF8;
        Listen(kestrel, options.Events, isEvents: true);
        Listen(kestrel, options.Config, isEvents: false);
    }

    /// <summary>Whether a request came in by the Events API's listener.</summary>
    public static bool IsEvents(HttpContext context) => context.Features.Get<EventsListener>() is not null;

    private static void Listen(KestrelServerOptions kestrel, ListenerOptions listener, bool isEvents)
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

            listen.Use(listen.ApplicationServices.GetRequiredService<OpenConnections>().Track);
            if (isEvents)
            {
                listen.Use(next => connection =>
                {
                    connection.Features.Set(EventsListener.Instance);
                    return next(connection);
                });
            }
        }
    }

    private sealed class EventsListener
    {
        public static readonly EventsListener Instance = new();
    }
}
