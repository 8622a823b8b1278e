using System.Net;
using System.Net.Sockets;

namespace EventGateway.AcceptanceTests.Harness;

/// <summary>Finds TCP ports that nobody uses.</summary>
internal static class FreePort
{
    // Below the ports that systems give to outgoing connections: one of those could be taken again before it is used.
    private const int First = 10_000;
    private const int Count = 20_000;

    private static int _last = Random.Shared.Next(Count);

    /// <summary>A port of 127.0.0.1 that was free a moment ago; never the same twice in a run.</summary>
    public static int Next()
    {
        while (true)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref _last) % Count);
            using var listener = new TcpListener(IPAddress.Any, port);
            try
            {
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // In use; the next one may not be.
            }
        }
    }
}
