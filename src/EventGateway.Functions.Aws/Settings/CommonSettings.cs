using System.Text.RegularExpressions;
using Amazon;
using EventGateway.Abstractions.Settings;

namespace EventGateway.Functions.Aws.Settings;

/// <summary>The settings that all AWS functions have.</summary>
internal sealed record CommonSettings
{
    private const string AcceptedRegion = "an AWS region, such as us-east-1";
    private const string AcceptedEndpoint = "an absolute http or https URL, such as http://localhost:4566";
    private const string AcceptedKeyId = "the id of an access key, such as AKIAIOSFODNN7EXAMPLE";
    private const string AcceptedSecret = "the secret of the access key that awsAccessKeyId names";
    private const string AcceptedToken = "the session token of temporary credentials";
    private static readonly TimeSpan RegexTimeout = TimeSpan.FromSeconds(1);

    /// <summary>The AWS region: <c>region</c>.</summary>
    public required string Region { get; init; }

    /// <summary>
    /// The function's own credentials: <c>awsAccessKeyId</c>, <c>awsSecretAccessKey</c> and, for temporary ones,
    /// <c>awsSessionToken</c>. Default: the credentials of the gateway's environment.
    /// </summary>
    public AwsKeys? Keys { get; init; }

    /// <summary>The service's URL, without a query, a fragment and a user: <c>endpoint</c>. Default: the service's address in the region.</summary>
    public string? Endpoint { get; init; }

    /// <summary>Reads the settings.</summary>
    public static CommonSettings Read(JsonFields fields) => new()
    {
        Region = fields.Required("region", AcceptedRegion, IsRegion) ?? "",
        Keys = ReadKeys(fields),
        Endpoint = fields.Optional("endpoint", AcceptedEndpoint, static text => IsUrl(text) && new Uri(text) is { Query: "", Fragment: "", UserInfo: "" }),
    };

    /// <summary>Returns whether a text is an absolute http or https URL.</summary>
    public static bool IsUrl(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
        && uri.Host.Length > 0
        && text.AsSpan(uri.Scheme.Length).StartsWith("://")
        && !text.AsSpan().ContainsAnyInRange('\0', ' ');

    /// <summary>Writes the settings.</summary>
    public void Write(SettingsWriter writer)
    {
        writer.Write("region", Region);
        writer.Write("awsAccessKeyId", Keys?.AccessKeyId);
        writer.Write("awsSecretAccessKey", Keys?.SecretAccessKey);
        writer.Write("awsSessionToken", Keys?.SessionToken);
        writer.Write("endpoint", Endpoint);
    }

    private static AwsKeys? ReadKeys(JsonFields fields)
    {
        var keyId = fields.Optional("awsAccessKeyId", AcceptedKeyId, IsToken);
        var secret = fields.OptionalSecret("awsSecretAccessKey", AcceptedSecret, IsToken);
        var token = fields.OptionalSecret("awsSessionToken", AcceptedToken, IsToken);
        if (keyId is null && (secret is not null || token is not null))
        {
            fields.Refuse("awsAccessKeyId", $"is required beside {(secret is null ? "awsSessionToken" : "awsSecretAccessKey")}: {AcceptedKeyId}");
        }

        if (secret is null && (keyId is not null || token is not null))
        {
            fields.Refuse("awsSecretAccessKey", $"is required beside {(keyId is null ? "awsSessionToken" : "awsAccessKeyId")}: {AcceptedSecret}");
        }

        return keyId is null || secret is null ? null : new AwsKeys(keyId, secret, token);
    }

    private static bool IsToken(string text) => !text.AsSpan().ContainsAnyExceptInRange('!', '~');

    // A region that is newer than the SDK is recognized by its form.
    private static bool IsRegion(string text) =>
        RegionEndpoint.EnumerableAllRegions.Any(region => region.SystemName == text)
        || RegionEndpoint.AllPartitionRegionRegex.Any(form => Regex.IsMatch(text, form, RegexOptions.ExplicitCapture, RegexTimeout));
}
