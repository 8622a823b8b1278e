using System.Text.Json;
using Amazon;
using EventGateway.Functions.Aws.Settings;

namespace EventGateway.Functions.Aws.Calls;

/// <summary>Where and as whom a function's service is called, read once per function.</summary>
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

    /// <summary>Whether that is an emulator: an address of its own, outside AWS.</summary>
    public bool IsEmulated { get; }

    /// <summary>The function's own credentials. Not set: those of the gateway's surroundings.</summary>
    public AwsKeys? Keys { get; }

    /// <summary>Tells the signer region and service.</summary>
    public SigningConfig Signing { get; }

    /// <summary>Reads settings that were validated.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="service">The service's name in host names, such as <c>lambda</c>.</param>
    public static AwsTarget Read(JsonElement settings, string service)
    {
        var region = CommonSettings.Find(settings, CommonSettings.Region)!;
        var endpoint = CommonSettings.Find(settings, CommonSettings.Endpoint);
        var keyId = CommonSettings.Find(settings, CommonSettings.AccessKeyId);
        var suffix = RegionEndpoint.GetBySystemName(region).PartitionDnsSuffix;
        var address = new Uri(endpoint ?? $"https://{service}.{region}.{suffix}");
        return new AwsTarget(
            region,
            service,
            address,
            !IsOfAws(address.Host, suffix),
            keyId is null
                ? null
                : new AwsKeys(
                    keyId,
                    CommonSettings.Find(settings, CommonSettings.SecretAccessKey)!,
                    CommonSettings.Find(settings, CommonSettings.SessionToken)));
    }

    // Beside the names that all services have, those of endpoints that speak IPv6 too.
    private static bool IsOfAws(string host, string suffix) =>
        host.EndsWith("." + suffix, StringComparison.OrdinalIgnoreCase)
        || host.EndsWith(".api.aws", StringComparison.OrdinalIgnoreCase)
        || host.EndsWith(".api.amazonwebservices.com.cn", StringComparison.OrdinalIgnoreCase);
}
