using System.Net.Security;
using System.Text;
using EventGateway.Abstractions;
using EventGateway.Abstractions.Connections;
using EventGateway.Functions.Http.Settings;

namespace EventGateway.Functions.Http.Connections;

/// <summary>The connections of HTTP functions. Functions with certificates of their own have their own connections; the others share.</summary>
internal sealed class HttpConnections : IHttpConnections, IDisposable
{
    private readonly Lock _gate = new();
    private readonly TimeProvider _timeProvider;
    private readonly ITimer _sweep;
    private List<OwnConnections> _own = [];
    private bool _disposed;

    /// <summary>Creates the connections, which open with the first call.</summary>
    /// <param name="timeProvider">The clock that unused connections are found by.</param>
    /// <param name="options">The options of the calls.</param>
    public HttpConnections(TimeProvider timeProvider, HttpFunctionOptions options)
    {
        Options = options;
        _timeProvider = SteadyTimeProvider.Of(timeProvider);
        Client = Open(new SslClientAuthenticationOptions { CertificateChainPolicy = options.CertificatePolicy });
        Metadata = new HttpMessageInvoker((options with { Forbidden = ForbiddenAddresses.None }).CreateHandler(), disposeHandler: true);
        _sweep = timeProvider.CreateTimer(
            static connections => ((HttpConnections)connections!).Sweep(), this, options.IdleConnectionTimeout, options.IdleConnectionTimeout);
    }

    /// <summary>The options of the calls.</summary>
    public HttpFunctionOptions Options { get; }

    /// <summary>Sends requests over the shared connections.</summary>
    public HttpMessageInvoker Client { get; }

    /// <summary>Sends requests to the metadata server of the machine, for the gateway's own credentials. No setting of a function can name that server.</summary>
    public HttpMessageInvoker Metadata { get; }

    /// <summary>Creates the connections of one function.</summary>
    public IHttpConnections Create(TlsSettings tls) => new OwnConnections(tls, this, _timeProvider);

    /// <summary>Creates a client whose connections check certificates in this way.</summary>
    public HttpMessageInvoker Open(SslClientAuthenticationOptions tls)
    {
        var handler = Options.CreateHandler(handler =>
        {
            handler.SslOptions = tls;
            // A character for each byte, as in the listeners, so that raw requests and answers keep the bytes of their headers.
            handler.RequestHeaderEncodingSelector = static (_, _) => Encoding.Latin1;
            handler.ResponseHeaderEncodingSelector = static (_, _) => Encoding.Latin1;
        });
        return new HttpMessageInvoker(handler, disposeHandler: true);
    }

    /// <summary>Adds connections that are in use, so that they are closed when they become unused.</summary>
    public void Add(OwnConnections connections)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _own.Add(connections);
        }
    }

    /// <summary>The number of functions that have connections of their own open.</summary>
    public int OwnCount
    {
        get
        {
            lock (_gate)
            {
                return _own.Count;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        List<OwnConnections> own;
        lock (_gate)
        {
            (_disposed, own, _own) = (true, _own, []);
        }

        _sweep.Dispose();
        Client.Dispose();
        Metadata.Dispose();
        foreach (var connections in own)
        {
            connections.Close();
        }
    }

    // Also closes the connections of functions that were changed or deleted: they are not called any more.
    private void Sweep()
    {
        var before = _timeProvider.GetUtcNow() - (2 * Options.IdleConnectionTimeout);
        lock (_gate)
        {
            _own.RemoveAll(connections => connections.CloseUnused(before));
        }
    }
}
