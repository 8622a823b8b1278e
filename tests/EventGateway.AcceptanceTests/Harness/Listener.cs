using System.Net;
using System.Net.Sockets;

namespace EventGateway.AcceptanceTests.Harness;

/// <summary>A server that a test waits for.</summary>
internal static class Listener
{
    /// <summary>Returns whether a server listens on a port of 127.0.0.1.</summary>
    public static async Task<bool> IsThereAsync(int port)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
