using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace EventGateway.Serving;

/// <summary>
/// Asks clients to leave when the program stops: answers carry <c>Connection: close</c> over HTTP/1.1, and HTTP/2 connections
/// get a GOAWAY.
/// </summary>
/// <remarks>A connection without a request stays open: closing it could meet a request that is on its way.</remarks>
internal sealed class OpenConnections
{
    private static readonly TimeSpan _interval = TimeSpan.FromMilliseconds(10);

    private readonly ConcurrentDictionary<Connection, bool> _open = new();
    private volatile bool _closing;

    /// <summary>Adds the connections of a listener.</summary>
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

    /// <summary>Must run at the start of each request.</summary>
    /// <returns>The connection, whose <see cref="Connection.End"/> must run at the end of the request; null when the server cannot close it.</returns>
    public Connection? Begin(HttpContext context)
    {
        var connection = context.Features.Get<Connection>();
        connection?.Begin(this);
        return connection;
    }

    /// <summary>Closes each connection after the request that is under way, or after its next one.</summary>
    public void CloseAfterRequests()
    {
        _closing = true;
        // A request that did not see the flag must be seen here: the write before, the reads after.
        Interlocked.MemoryBarrier();
        foreach (var (connection, _) in _open)
        {
            connection.CloseIfBusy();
        }
    }

    /// <summary>Waits until the connections that were asked to close are closed.</summary>
    public async Task WaitUntilClosedAsync(CancellationToken cancellationToken)
    {
        while (_open.Keys.Any(static connection => connection.IsClosing))
        {
            await Task.Delay(_interval, cancellationToken);
        }
    }

    /// <summary>A connection and how many of its requests are under way.</summary>
    internal sealed class Connection(IConnectionLifetimeNotificationFeature lifetime)
    {
        private int _requests;

        /// <summary>Whether the client was asked to leave.</summary>
        public bool IsClosing { get; private set; }

        /// <summary>Counts a request that begins.</summary>
        public void Begin(OpenConnections connections)
        {
            Interlocked.Increment(ref _requests);
            if (connections._closing)
            {
                Close();
            }
        }

        /// <summary>Counts a request that has ended.</summary>
        public void End() => Interlocked.Decrement(ref _requests);

        /// <summary>Asks the client to leave when a request is under way.</summary>
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
