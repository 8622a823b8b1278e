using EventGateway.Abstractions.Resources;
using EventGateway.Abstractions.Settings;

namespace EventGateway.Engine.Registry.Reading;

/// <summary>Reads CORS settings.</summary>
internal static class CorsReader
{
    /// <summary>Reads CORS settings; what is not given takes its default.</summary>
    /// <param name="fields">The settings.</param>
    /// <param name="credentialsFromAnyOrigin">Whether they may allow credentials from any origin.</param>
    public static CorsSettings Read(JsonFields fields, bool credentialsFromAnyOrigin)
    {
        var settings = Create(
            fields.Texts("allowedOrigins"), fields.Texts("allowedMethods"), fields.Texts("allowedHeaders"), fields.Flag("allowCredentials") ?? false);
        if (settings is { AllowCredentials: true, AllowsAnyOrigin: true } && !credentialsFromAnyOrigin)
        {
            fields.Refuse(
                "allowCredentials",
                $"true while {fields.PathOf("allowedOrigins")} allows any origin (its default is \"*\"); true is accepted with origins that name a host, such as \"https://*.example.com\".");
        }

        return settings;
    }

    /// <summary>Makes CORS settings; a list that is not set or empty takes its default.</summary>
    public static CorsSettings Create(
        IReadOnlyList<string>? origins, IReadOnlyList<string>? methods, IReadOnlyList<string>? headers, bool credentials)
    {
        var defaults = new CorsSettings();
        return new CorsSettings
        {
            AllowedOrigins = origins ?? defaults.AllowedOrigins,
            AllowedMethods = methods ?? defaults.AllowedMethods,
            AllowedHeaders = headers ?? defaults.AllowedHeaders,
            AllowCredentials = credentials,
        };
    }
}
