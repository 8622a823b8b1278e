using System.Net;

namespace EventGateway.Abstractions.Connections;

/// <summary>
/// Bounds the number of open connections to functions, and keeps room for other servers: a server gets no more connections while it
/// has as many as are free. One server gets half of all. Two get a third each, and a third stays free. Connections are counted by
/// server, not by function, because functions of one server share them. Safe for concurrent use.
/// </summary>
/// <param name="limit">The largest number of open connections.</param>
public sealed class ConnectionShares(int limit)
{
    private readonly Dictionary<EndPoint, int> _open = [];
    private int _all;

    /// <summary>The largest number of open connections.</summary>
    public int Limit => limit;

    /// <summary>Counts a connection that opens. Each success needs one <see cref="Leave"/>.</summary>
    /// <param name="server">The host and the port.</param>
    /// <returns>Whether there is room.</returns>
    public bool TryEnter(EndPoint server)
    {
        lock (_open)
        {
            var open = _open.GetValueOrDefault(server);
            if (open >= limit - _all)
            {
                return false;
            }

            _all++;
            _open[server] = open + 1;
            return true;
        }
    }

    /// <summary>Counts a connection that has closed.</summary>
    /// <param name="server">The host and the port.</param>
    public void Leave(EndPoint server)
    {
        lock (_open)
        {
            _all--;
            if (--_open[server] == 0)
            {
                _open.Remove(server);
            }
        }
    }
}
