using EventGateway.Abstractions.Resources;
using EventGateway.Abstractions.Settings;

namespace EventGateway.Engine.Registry.Reading;

/// <summary>Reads CORS settings.</summary>
internal static class CorsReader
{
    /// <summary>Reads CORS settings. A list that is missing or empty takes its default; the methods take those of the record.</summary>
    /// <param name="fields">The settings.</param>
    /// <param name="target">The record that gets them.</param>
    /// <param name="defaults">Decides whether they may allow credentials from any origin, and have origins that no browser sends.</param>
    public static T Read<T>(JsonFields fields, T target, GatewayDefaults defaults)
        where T : CorsSettings
    {
        var settings = target with
        {
            AllowedOrigins = fields.Texts("allowedOrigins"),
            AllowedMethods = fields.Texts("allowedMethods") ?? target.AllowedMethods,
            AllowedHeaders = fields.Texts("allowedHeaders"),
            AllowCredentials = fields.Flag("allowCredentials") ?? false,
        };
        if (!defaults.AnyForm && settings.AllowedOrigins?.FirstOrDefault(static origin => !CanBeSent(origin)) is { } wrong)
        {
            fields.Refuse(
                "allowedOrigins",
                $"\"{wrong}\"; an origin is a scheme, a host and perhaps a port, without a path, such as \"https://app.example\" or \"https://*.example.com\".");
        }

        if (settings is { AllowCredentials: true, AllowsAnyOrigin: true } && !defaults.CredentialsFromAnyOrigin)
        {
            fields.Refuse(
                "allowCredentials",
                $"true while {fields.PathOf("allowedOrigins")} allows any origin (its default is \"*\"); true is accepted with origins that name a host, such as \"https://*.example.com\".");
        }

        return settings;
    }

    // An origin as browsers send it (https://html.spec.whatwg.org/#ascii-serialisation-of-an-origin); * stands for any text.
    private static bool CanBeSent(string origin)
    {
        if (origin is "null")
        {
            return true;
        }

        var scheme = origin.IndexOf("://", StringComparison.Ordinal);
        var host = scheme < 0 ? origin : origin[(scheme + 3)..];
        return (scheme > 0 || origin.Contains('*')) && host.Length > 0 && host.AsSpan().IndexOfAny('/', '?', '#') < 0;
    }
}
