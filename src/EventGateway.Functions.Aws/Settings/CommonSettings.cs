using System.Text.Json;
using System.Text.RegularExpressions;
using Amazon;
using EventGateway.Abstractions.Functions;

namespace EventGateway.Functions.Aws.Settings;

/// <summary>The settings that all AWS functions have: region, credentials, endpoint.</summary>
internal static class CommonSettings
{
    /// <summary>The name of the field with the region.</summary>
    public const string Region = "region";

    /// <summary>The name of the field with the endpoint.</summary>
    public const string Endpoint = "endpoint";

    /// <summary>The name of the field with the access key's id, which is no secret.</summary>
    public const string AccessKeyId = "awsAccessKeyId";

    /// <summary>The name of the field with the access key itself.</summary>
    public const string SecretAccessKey = "awsSecretAccessKey";

    /// <summary>The name of the field with the token of temporary credentials.</summary>
    public const string SessionToken = "awsSessionToken";

    private const string AcceptedRegion = "an AWS region, such as us-east-1";
    private const string AcceptedEndpoint = "an absolute http or https URL, such as http://localhost:4566";
    private const string AcceptedKeyId = "the id of an access key, such as AKIAIOSFODNN7EXAMPLE";
    private const string AcceptedSecret = "the secret of the access key that awsAccessKeyId names";
    private const string AcceptedToken = "the session token of temporary credentials";

    private static readonly TimeSpan RegexTimeout = TimeSpan.FromSeconds(1);

    /// <summary>Reads and checks them.</summary>
    /// <returns>The region, or null where an error was added.</returns>
    public static string? Read(SettingsReader settings)
    {
        var region = settings.Required(Region, AcceptedRegion, IsRegion);
        var keyId = settings.Optional(AccessKeyId, AcceptedKeyId, IsToken);
        var secret = settings.Optional(SecretAccessKey, AcceptedSecret, IsToken);
        var token = settings.Optional(SessionToken, AcceptedToken, IsToken);
        if (keyId is null && (secret is not null || token is not null))
        {
            settings.Refuse($"provider.{AccessKeyId} is required beside {(secret is null ? SessionToken : SecretAccessKey)}: {AcceptedKeyId}");
        }

        if (secret is null && (keyId is not null || token is not null))
        {
            settings.Refuse($"provider.{SecretAccessKey} is required beside {(keyId is null ? SessionToken : AccessKeyId)}: {AcceptedSecret}");
        }

        settings.Optional(Endpoint, AcceptedEndpoint, static text => IsUrl(text) && new Uri(text) is { Query: "", Fragment: "", UserInfo: "" });
        return region;
    }

    /// <summary>Whether a text is an absolute http or https URL.</summary>
    public static bool IsUrl(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
        && uri.Host.Length > 0
        && text.AsSpan(uri.Scheme.Length).StartsWith("://")
        && !text.AsSpan().ContainsAnyInRange('\0', ' ');

    /// <summary>Hides the secrets.</summary>
    public static JsonElement Mask(JsonElement settings) =>
        Find(settings, SecretAccessKey) is null
            ? settings
            : SettingsReader.Write(Fields(settings).Select(field => IsSecret(field.Name) ? (field.Name, Secret.Mask) : field));

    /// <summary>Puts stored secrets in place of their masks.</summary>
    /// <param name="settings">The new settings.</param>
    /// <param name="stored">Those that they replace; of kind <see cref="JsonValueKind.Undefined"/> where there are none.</param>
    /// <param name="errors">Gets an error for each mask that has no secret to it.</param>
    /// <param name="areOfOneServer">Whether what both call is on the same server, beside the endpoint.</param>
    public static JsonElement Unmask(
        JsonElement settings, JsonElement stored, ICollection<string> errors, Func<JsonElement, JsonElement, bool> areOfOneServer)
    {
        var masked = Fields(settings).Where(field => IsSecret(field.Name) && field.Value == Secret.Mask).Select(field => field.Name).ToList();
        if (masked.Count == 0)
        {
            return settings;
        }

        // Whoever may change settings must not get secrets that others stored to work for another key or another server.
        var belong = stored.ValueKind is JsonValueKind.Object
            && Find(settings, AccessKeyId) == Find(stored, AccessKeyId)
            && Find(settings, Endpoint) == Find(stored, Endpoint)
            && areOfOneServer(settings, stored);
        foreach (var name in masked)
        {
            if (!belong || Find(stored, name) is null)
            {
                errors.Add($"provider.{name} is {Secret.Mask}, and none is stored for this {AccessKeyId} and server");
            }
        }

        return errors.Count > 0
            ? default
            : SettingsReader.Write(Fields(settings).Select(field => masked.Contains(field.Name) ? (field.Name, Find(stored, field.Name)!) : field));
    }

    /// <summary>A field of settings as they are stored.</summary>
    /// <returns>The text, or null where there is none.</returns>
    public static string? Find(JsonElement settings, string name) =>
        settings.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static IEnumerable<(string Name, string Value)> Fields(JsonElement settings) =>
        settings.EnumerateObject().Select(property => (property.Name, property.Value.GetString() ?? string.Empty));

    private static bool IsSecret(string name) => name is SecretAccessKey or SessionToken;

    private static bool IsToken(string text) => !text.AsSpan().ContainsAnyExceptInRange('!', '~');

    // Regions that are newer than the SDK are told by their form.
    private static bool IsRegion(string text) =>
        RegionEndpoint.EnumerableAllRegions.Any(region => region.SystemName == text)
        || RegionEndpoint.AllPartitionRegionRegex.Any(form => Regex.IsMatch(text, form, RegexOptions.ExplicitCapture, RegexTimeout));
}
