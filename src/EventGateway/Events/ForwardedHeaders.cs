using System.Net;
using EventGateway.Options;

namespace EventGateway.Events;

/// <summary>Tells functions of forwarded requests who sent them, and how the gateway was called.</summary>
/// <param name="options">Which proxies may say what the gateway does not see itself.</param>
internal sealed class ForwardedHeaders(GatewayOptions options)
{
    private const string Proto = "X-Forwarded-Proto";
    private const string Host = "X-Forwarded-Host";

    /// <summary>Adds the headers.</summary>
    /// <param name="context">The request that came in.</param>
    /// <param name="request">The request that goes out, with the headers of the one that came in.</param>
    public void Add(HttpContext context, HttpRequestMessage request)
    {
        var address = context.Connection.RemoteIpAddress is { IsIPv4MappedToIPv6: true } mapped ? mapped.MapToIPv4() : context.Connection.RemoteIpAddress;
        // What came in is kept before the address that the gateway has seen itself; the last one can be trusted.
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
