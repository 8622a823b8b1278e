using System.Text.Json;
using EventGateway.Functions.Http.Signing;

namespace EventGateway.Functions.Http.Settings;

/// <summary>The settings of the type <c>http</c>.</summary>
internal static class HttpSettings
{
    /// <summary>What the URL accepts.</summary>
    public const string AcceptedUrl = "an absolute http or https URL, such as https://example.com/function";

    /// <summary>Checks and keeps a function's URL.</summary>
    /// <returns>The URL, or null where an error was added.</returns>
    public static Uri? ReadUrl(SettingsObject settings) =>
        settings.Required("url", AcceptedUrl, static text => FunctionUrl.Parse(text) is not null) is { } url ? FunctionUrl.Parse(url) : null;

    /// <summary>Checks and keeps what functions of all types over HTTP may have.</summary>
    public static void ReadCommon(SettingsObject settings, bool isHttps, IEd25519? ed25519)
    {
        HeaderSettings.Validate(settings);
        SigningSettings.Validate(settings, ed25519);
        TlsSettings.Validate(settings, isHttps);
        ValidationSettings.Validate(settings);
    }

    /// <summary>The URL of stored settings.</summary>
    public static string Url(JsonElement settings) => settings.GetProperty("url"u8).GetString() ?? string.Empty;
}
