namespace EventGateway.Core.Registry.Reading;

/// <summary>Reads CORS settings.</summary>
internal static class CorsReader
{
    /// <summary>Reads CORS settings; what is not given takes its default.</summary>
    public static CorsSettings Read(JsonFields fields) => Create(
        fields.Texts("allowedOrigins"), fields.Texts("allowedMethods"), fields.Texts("allowedHeaders"), fields.Flag("allowCredentials") ?? false);

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
