using System.Net;
using EventGateway.Abstractions.Connections;
using EventGateway.Options;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;

namespace EventGateway.Serving;

/// <summary>
/// Accepts connections up to a limit for each API. A connection above the limit is closed before the next one is accepted. Kestrel's
/// own limit closes connections later, so a burst could take all descriptors.
/// </summary>
internal sealed class BoundedTransport(
    IOptions<SocketTransportOptions> transport, ILoggerFactory loggers, GatewayOptions options, MachineLimits limits, Overload overload)
    : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    private readonly SocketTransportFactory _inner = new(WithKeepAlive(transport), loggers);
    private readonly ConnectionQuota _events = new(limits.EventsConnections);
    private readonly ConnectionQuota _config = new(limits.ConfigConnections);
    private bool _eventsAreBound;
    private bool _configIsBound;

    /// <inheritdoc/>
    public bool CanBind(EndPoint endpoint) => ((IConnectionListenerFactorySelector)_inner).CanBind(endpoint);

    /// <inheritdoc/>
    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        // Kestrel binds the Events API first, then the Configuration API. That decides when listeners have the same host and the port 0.
        var isOther = _eventsAreBound || !Matches(options.Events, endpoint);
        var isMetrics = isOther && options.Metrics is { } metrics && Matches(metrics, endpoint) && (_configIsBound || !Matches(options.Config, endpoint));
        var isConfig = isOther && !isMetrics && Matches(options.Config, endpoint);
        _eventsAreBound |= !isConfig && !isMetrics;
        _configIsBound |= isConfig;
        var listener = await ListenAsync(endpoint, isMetrics ? ("metrics", options.Metrics!) : isConfig ? ("config", options.Config) : ("events", options.Events), cancellationToken);
        return isConfig || isMetrics
            ? new BoundedListener(listener, _config, () => overload.Refused(Overload.ConfigConnections))
            : new BoundedListener(listener, _events, () => overload.Refused(Overload.EventsConnections));
    }

    private async ValueTask<IConnectionListener> ListenAsync(EndPoint endpoint, (string Name, ListenerOptions Options) api, CancellationToken cancellationToken)
    {
        try
        {
            return await _inner.BindAsync(endpoint, cancellationToken);
        }
        catch (Exception exception) when (ListenException.Describe(api.Name, api.Options, exception) is { } message)
        {
            throw new ListenException(message, exception);
        }
    }

    private static IOptions<SocketTransportOptions> WithKeepAlive(IOptions<SocketTransportOptions> transport)
    {
        var bind = transport.Value.CreateBoundListenSocket;
        transport.Value.CreateBoundListenSocket = endpoint =>
        {
            var socket = bind(endpoint);
            TcpKeepAlive.Enable(socket);
            return socket;
        };
        return transport;
    }

    private static bool Matches(ListenerOptions listener, EndPoint endpoint) =>
        endpoint is IPEndPoint { Address: var address } ip
        && (listener.Port == 0 || listener.Port == ip.Port)
        && listener.Host switch
        {
            "*" => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any),
            "localhost" => IPAddress.IsLoopback(address),
            { } host => address.Equals(IPAddress.Parse(host)),
        };
}
