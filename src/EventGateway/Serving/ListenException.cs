using System.Net.Sockets;
using EventGateway.Options;
using Microsoft.AspNetCore.Connections;

namespace EventGateway.Serving;

/// <summary>A listener cannot be opened. The message names the options to change.</summary>
internal sealed class ListenException(string message, Exception cause) : IOException(message, cause)
{
    /// <summary>Returns the message for a failure that an operator can mend, or null.</summary>
    /// <param name="api">The first word of the options of the listener.</param>
    /// <param name="listener">The options.</param>
    /// <param name="cause">The failure of the socket.</param>
    public static string? Describe(string api, ListenerOptions listener, Exception cause) =>
        cause switch
        {
            AddressInUseException => $"--{api}-port is {listener.Port}, and another program listens on {listener.Host}:{listener.Port} already (address in use). "
                + $"Stop that program, or choose another port with --{api}-port.",
            SocketException { SocketErrorCode: SocketError.AccessDenied } =>
                $"--{api}-port is {listener.Port}, and this user may not listen on {listener.Host}:{listener.Port} (permission denied). Choose a port above 1023, or give the program CAP_NET_BIND_SERVICE.",
            // Kestrel continues without IPv6 when the machine has none.
            SocketException { SocketErrorCode: SocketError.AddressNotAvailable } when listener.Host is not ("*" or "localhost") =>
                $"--{api}-host is {listener.Host}, and this machine has no such address. Choose one of its addresses, localhost or *.",
            _ => null,
        };
}
