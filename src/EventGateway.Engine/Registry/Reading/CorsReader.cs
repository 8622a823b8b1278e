using EventGateway.Abstractions.Resources;
using EventGateway.Abstractions.Settings;

namespace EventGateway.Engine.Registry.Reading;

/// <summary>Reads CORS settings.</summary>
internal static class CorsReader
{
    /// <summary>Reads CORS settings. A list that is missing or empty takes its default; the methods take those of the record.</summary>
    /// <param name="fields">The settings.</param>
    /// <param name="target">The record that gets them.</param>
    /// <param name="credentialsFromAnyOrigin">Whether they may allow credentials from any origin.</param>
    public static T Read<T>(JsonFields fields, T target, bool credentialsFromAnyOrigin)
        where T : CorsSettings
    {
        var settings = target with
        {
            AllowedOrigins = fields.Texts("allowedOrigins"),
            AllowedMethods = fields.Texts("allowedMethods") ?? target.AllowedMethods,
            AllowedHeaders = fields.Texts("allowedHeaders"),
            AllowCredentials = fields.Flag("allowCredentials") ?? false,
        };
        if (settings is { AllowCredentials: true, AllowsAnyOrigin: true } && !credentialsFromAnyOrigin)
        {
            fields.Refuse(
                "allowCredentials",
                $"true while {fields.PathOf("allowedOrigins")} allows any origin (its default is \"*\"); true is accepted with origins that name a host, such as \"https://*.example.com\".");
        }

        return settings;
    }
}
