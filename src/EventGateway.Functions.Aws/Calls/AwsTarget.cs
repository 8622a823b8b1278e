using Amazon;
using EventGateway.Functions.Aws.Settings;

namespace EventGateway.Functions.Aws.Calls;

/// <summary>The address of a function's service and the credentials of its calls. Created once per function.</summary>
internal sealed class AwsTarget
{
    private AwsTarget(string region, string service, Uri endpoint, bool isEmulated, AwsKeys? keys)
    {
        Region = region;
        Endpoint = endpoint;
        IsEmulated = isEmulated;
        Keys = keys;
        Signing = new SigningConfig(region, service);
    }

    /// <summary>The region that requests are signed for.</summary>
    public string Region { get; }

    /// <summary>The address of the service.</summary>
    public Uri Endpoint { get; }

    /// <summary>Whether the address is outside AWS, so that the service is an emulator.</summary>
    public bool IsEmulated { get; }

    /// <summary>The function's own credentials. Null means those of the gateway's environment.</summary>
    public AwsKeys? Keys { get; }

    /// <summary>The region and the service, for the signer.</summary>
    public SigningConfig Signing { get; }

    /// <summary>Creates the target of a function.</summary>
    /// <param name="settings">The function's settings.</param>
    /// <param name="service">The service's name in host names, such as <c>lambda</c>.</param>
    public static AwsTarget Create(CommonSettings settings, string service)
    {
        var suffix = RegionEndpoint.GetBySystemName(settings.Region).PartitionDnsSuffix;
        var address = new Uri(settings.Endpoint ?? $"https://{service}.{settings.Region}.{suffix}");
        return new AwsTarget(settings.Region, service, address, !IsOfAws(address.Host, suffix), settings.Keys);
    }

    // The last two are the names of endpoints with IPv6.
    private static bool IsOfAws(string host, string suffix) =>
        host.EndsWith("." + suffix, StringComparison.OrdinalIgnoreCase)
        || host.EndsWith(".api.aws", StringComparison.OrdinalIgnoreCase)
        || host.EndsWith(".api.amazonwebservices.com.cn", StringComparison.OrdinalIgnoreCase);
}
