namespace EventGateway.Http;

/// <summary>The address of the peer of a request, for the log.</summary>
internal static class RemoteAddress
{
    /// <summary>Returns the address. An IPv4 address has its usual form, also on a listener for IPv6. Returns <c>-</c> when there is none.</summary>
    public static string Of(HttpContext context) => context.Connection.RemoteIpAddress switch
    {
        null => "-",
        { IsIPv4MappedToIPv6: true } address => address.MapToIPv4().ToString(),
        var address => address.ToString(),
    };
}
