using System.Net;
using EventGateway.Options;

namespace EventGateway.Events;

/// <summary>Adds <c>X-Forwarded-…</c> headers to forwarded requests: the sender's address, and how the gateway was called.</summary>
/// <param name="options">Names the proxies whose headers are trusted.</param>
internal sealed class ForwardedHeaders(GatewayOptions options)
{
    private const string Proto = "X-Forwarded-Proto";
    private const string Host = "X-Forwarded-Host";

    /// <summary>Adds the headers.</summary>
    /// <param name="context">The incoming request.</param>
    /// <param name="request">The outgoing request, which already has the headers of the incoming one.</param>
    public void Add(HttpContext context, HttpRequestMessage request)
    {
        var address = context.Connection.RemoteIpAddress is { IsIPv4MappedToIPv6: true } mapped ? mapped.MapToIPv4() : context.Connection.RemoteIpAddress;
        // Appended to the addresses that came in: functions can trust only the last one.
        request.Headers.TryAddWithoutValidation("X-Forwarded-For", address?.ToString() ?? "unknown");
        request.Headers.Remove("Forwarded");
        var isTrusted = address is not null && IsTrusted(address);
        Set(request, Proto, context.Request.Scheme, isTrusted);
        Set(request, Host, context.Request.Host.Value ?? string.Empty, isTrusted);
    }

    private static void Set(HttpRequestMessage request, string name, string value, bool keepsGiven)
    {
        if (keepsGiven && request.Headers.NonValidated.Contains(name))
        {
            return;
        }

        request.Headers.Remove(name);
        request.Headers.TryAddWithoutValidation(name, value);
    }

    private bool IsTrusted(IPAddress address)
    {
        foreach (var network in options.TrustedProxies)
        {
            if (network.Contains(address))
            {
                return true;
            }
        }

        return false;
    }
}
