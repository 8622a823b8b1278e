using System.Net;
using System.Net.Sockets;

namespace EventGateway.AcceptanceTests.Harness;

/// <summary>Finds free TCP ports.</summary>
internal static class FreePort
{
    // Below the ports of outgoing connections. The system could give one of those to a connection before the test uses it.
    private const int First = 10_000;
    private const int Count = 20_000;

    private static int _last = Random.Shared.Next(Count);

    /// <summary>Returns a port that was free a moment ago. Returns each port only once in a run.</summary>
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
                // The port is in use. Try the next one.
            }
        }
    }
}
