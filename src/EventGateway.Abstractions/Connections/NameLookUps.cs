using System.Net;
using System.Net.Sockets;

namespace EventGateway.Abstractions.Connections;

/// <summary>
/// Looks up the addresses of hosts. A look-up blocks a thread of the pool, for seconds when no DNS server answers, even after its
/// caller has given up. So there is one for each name at a time, and a bounded number in all. Safe for concurrent use.
/// </summary>
/// <param name="limit">The largest number of concurrent look-ups.</param>
/// <param name="lookUp">Returns the addresses of a name. Null means that the system does.</param>
public sealed class NameLookUps(int limit, Func<string, Task<IPAddress[]>>? lookUp = null)
{
    private readonly Func<string, Task<IPAddress[]>> _lookUp = lookUp ?? Dns.GetHostAddressesAsync;
    private readonly Dictionary<string, Task<IPAddress[]>> _underWay = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The largest number of concurrent look-ups.</summary>
    public int Limit => limit;

    /// <summary>Looks up a name.</summary>
    /// <param name="host">The name.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The addresses, at least one. Null when too many other names are being looked up.</returns>
    /// <exception cref="SocketException">The name is not known, or no DNS server answers.</exception>
    public async ValueTask<IPAddress[]?> FindAsync(string host, CancellationToken cancellationToken)
    {
        Task<IPAddress[]>? found;
        lock (_underWay)
        {
            if (!_underWay.TryGetValue(host, out found))
            {
                if (_underWay.Count >= limit)
                {
                    return null;
                }

                _underWay[host] = found = _lookUp(host);
                _ = ForgetAsync(host, found);
            }
        }

        return await found.WaitAsync(cancellationToken);
    }

    private async Task ForgetAsync(string host, Task lookUp)
    {
        await lookUp.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_underWay)
        {
            _underWay.Remove(host);
        }
    }
}
