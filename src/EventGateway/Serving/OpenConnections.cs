using System.Collections.Concurrent;
using EventGateway.Http;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace EventGateway.Serving;

/// <summary>
/// Closes client connections when the program stops: answers over HTTP/1.1 carry <c>Connection: close</c>, and HTTP/2 connections
/// get a GOAWAY.
/// </summary>
/// <remarks>An idle connection stays open: a request may already be on its way.</remarks>
internal sealed class OpenConnections
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    private readonly ConcurrentDictionary<Connection, bool> _open = new();
    private volatile bool _closing;

    /// <summary>Tracks the connections of a listener.</summary>
    public ConnectionDelegate Track(ConnectionDelegate next) => async context =>
    {
        if (context.Features.Get<IConnectionLifetimeNotificationFeature>() is not { } lifetime)
        {
            await next(context);
            return;
        }

        var connection = new Connection(lifetime);
        context.Features.Set(connection);
        _open.TryAdd(connection, true);
        try
        {
            await next(context);
        }
        finally
        {
            _open.TryRemove(connection, out _);
        }
    };

    /// <summary>Counts a request. Must run at the start of each request.</summary>
    /// <returns>The connection; call its <see cref="Connection.End"/> at the end of the request. Null when the server cannot close the connection.</returns>
    public Connection? Begin(HttpContext context)
    {
        var connection = context.Features.Find<Connection>();
        connection?.Begin(this);
        return connection;
    }

    /// <summary>Closes each connection after its running request, or else after its next one.</summary>
    public void CloseAfterRequests()
    {
        _closing = true;
        // The flag must be written before the connections are read: a request that did not see the flag must be counted here.
        Interlocked.MemoryBarrier();
        foreach (var (connection, _) in _open)
        {
            connection.CloseIfBusy();
        }
    }

    /// <summary>Waits until all closing connections are closed.</summary>
    public async Task WaitUntilClosedAsync(CancellationToken cancellationToken)
    {
        while (_open.Keys.Any(static connection => connection.IsClosing))
        {
            await Task.Delay(Interval, cancellationToken);
        }
    }

    /// <summary>A connection and the number of its running requests.</summary>
    internal sealed class Connection(IConnectionLifetimeNotificationFeature lifetime)
    {
        private int _requests;

        /// <summary>Whether the connection is closing.</summary>
        public bool IsClosing { get; private set; }

        /// <summary>Counts the start of a request.</summary>
        public void Begin(OpenConnections connections)
        {
            Interlocked.Increment(ref _requests);
            if (connections._closing)
            {
                Close();
            }
        }

        /// <summary>Counts the end of a request.</summary>
        public void End() => Interlocked.Decrement(ref _requests);

        /// <summary>Starts to close the connection if it has a running request.</summary>
        public void CloseIfBusy()
        {
            if (Volatile.Read(ref _requests) > 0)
            {
                Close();
            }
        }

        private void Close()
        {
            IsClosing = true;
            lifetime.RequestClose();
        }
    }
}
