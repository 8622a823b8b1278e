using System.Net.Security;
using System.Text;
using EventGateway.Abstractions;
using EventGateway.Abstractions.Connections;
using EventGateway.Functions.Http.Settings;

namespace EventGateway.Functions.Http.Connections;

/// <summary>The connections of HTTP functions: those that most share, and those of functions with certificates of their own.</summary>
internal sealed class HttpConnections : IHttpConnections, IDisposable
{
    private readonly Lock _gate = new();
    private readonly TimeProvider _timeProvider;
    private readonly ITimer _sweep;
    private List<OwnConnections> _own = [];
    private bool _disposed;

    /// <summary>Opens no connection yet.</summary>
    /// <param name="timeProvider">The clock that unused connections are found by.</param>
    /// <param name="options">How functions are called.</param>
    public HttpConnections(TimeProvider timeProvider, HttpFunctionOptions options)
    {
        Options = options;
        _timeProvider = SteadyTimeProvider.Of(timeProvider);
        Client = Open(new SslClientAuthenticationOptions { CertificateChainPolicy = options.CertificatePolicy });
        Metadata = new HttpMessageInvoker((options with { Forbidden = ForbiddenAddresses.None }).CreateHandler(), disposeHandler: true);
        _sweep = timeProvider.CreateTimer(
            static connections => ((HttpConnections)connections!).Sweep(), this, options.IdleConnectionTimeout, options.IdleConnectionTimeout);
    }

    /// <summary>How functions are called.</summary>
    public HttpFunctionOptions Options { get; }

    /// <summary>Sends requests over the shared connections.</summary>
    public HttpMessageInvoker Client { get; }

    /// <summary>Sends requests to the metadata server of the machine, for the gateway's own credentials; no setting of a function says where that is.</summary>
    public HttpMessageInvoker Metadata { get; }

    /// <summary>Makes connections for one function.</summary>
    public IHttpConnections Create(TlsSettings tls) => new OwnConnections(tls, this, _timeProvider);

    /// <summary>Opens connections that are checked in this way.</summary>
    public HttpMessageInvoker Open(SslClientAuthenticationOptions tls)
    {
        var handler = Options.CreateHandler(handler =>
        {
            handler.SslOptions = tls;
            // Raw requests and answers carry what no event does; Kestrel reads and writes headers as UTF-8 too.
            handler.RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8;
            handler.ResponseHeaderEncodingSelector = static (_, _) => Encoding.UTF8;
        });
        return new HttpMessageInvoker(handler, disposeHandler: true);
    }

    /// <summary>Looks after connections that are in use.</summary>
    public void Add(OwnConnections connections)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _own.Add(connections);
        }
    }

    /// <summary>How many functions have connections of their own open.</summary>
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

    // A function that has changed or gone is not called any more, and so its connections are found here as well.
    private void Sweep()
    {
        var before = _timeProvider.GetUtcNow() - (2 * Options.IdleConnectionTimeout);
        lock (_gate)
        {
            _own.RemoveAll(connections => connections.CloseUnused(before));
        }
    }
}
