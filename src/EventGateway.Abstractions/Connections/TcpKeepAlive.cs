using System.Net.Sockets;

namespace EventGateway.Abstractions.Connections;

/// <summary>
/// Finds out that the other end of a quiet connection is gone, after two minutes. A stream may be quiet for hours, and nothing else
/// notices a machine that has lost its power.
/// </summary>
public static class TcpKeepAlive
{
    private const int QuietSeconds = 60;
    private const int ProbeSeconds = 15;
    private const int Probes = 4;

    /// <summary>Sets the options of a socket. Connections that a listening socket accepts have its options.</summary>
    public static void Enable(Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, QuietSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, ProbeSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, Probes);
    }
}
