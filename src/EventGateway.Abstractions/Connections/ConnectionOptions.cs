using System.Net;
using EventGateway.CloudEvents.Buffers;

namespace EventGateway.Abstractions.Connections;

/// <summary>Options of all calls over HTTP.</summary>
public abstract record ConnectionOptions
{
    /// <summary>The largest body of an answer, in bytes. Default: 10 MiB.</summary>
    public int MaxResponseBytes { get; init; } = 10 * 1024 * 1024;

    /// <summary>How long connecting may take, within the call's timeout. Default: 5 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a connection is used before a new one looks the host's address up again. Default: 2 min.</summary>
    public TimeSpan ConnectionLifetime { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long an unused connection is kept. Default: 1 min.</summary>
    public TimeSpan IdleConnectionTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Addresses that are not called. Default: those of cloud metadata servers.</summary>
    public ForbiddenAddresses Forbidden { get; init; } = new();

    /// <summary>How many connections may be open at once, and to one server. Default: null, no limit.</summary>
    public ConnectionShares? Connections { get; init; }

    /// <summary>Finds the addresses of hosts. Default: 250 names at once.</summary>
    public NameLookUps LookUps { get; init; } = new(250);

    /// <summary>The memory that answers may hold which are read whole. Default: null, no limit.</summary>
    public MemoryBudget? AnswerMemory { get; init; }

    /// <summary>Observes calls for which there is no room. Default: null, none.</summary>
    public IOverloadObserver? Overload { get; init; }

    /// <summary>
    /// Makes the handler that opens connections and sends requests: no cookies, no proxy, nothing followed or unpacked. It
    /// adds this gateway to the <c>Via</c> of each request, and checks its target and its headers, so every request that leaves the
    /// program must go through it.
    /// </summary>
    /// <param name="configure">Changes the settings of the transport. Null means no change.</param>
    public HttpMessageHandler CreateHandler(Action<SocketsHttpHandler>? configure = null)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            ConnectCallback = new OutgoingConnections(Forbidden, Connections, LookUps, Overload).ConnectAsync,
            ConnectTimeout = ConnectTimeout,
            PooledConnectionLifetime = ConnectionLifetime,
            PooledConnectionIdleTimeout = IdleConnectionTimeout,
            EnableMultipleHttp2Connections = true,
            // An answer that is abandoned is too large or too slow. A new connection is cheaper than reading the rest.
            MaxResponseDrainSize = 0,
        };
        configure?.Invoke(handler);
        return new ViaHandler(new CheckedHandler(handler));
    }
}
