using System.Text.Json.Serialization;

namespace EventGateway.Abstractions.Resources;

/// <summary>CORS settings of a method and path, whatever subscriptions are there.</summary>
public sealed record CorsConfiguration : CorsSettings, IResource
{
    // The settings come between the path and the metadata in JSON, as order 0.

    /// <summary>The space that it belongs to; taken from the URL.</summary>
    [JsonPropertyOrder(-4)]
    public required string Space { get; init; }

    /// <summary>Its id: the method and the percent-encoded path, such as GET%2Fhello. In a URL it is not encoded again.</summary>
    [JsonPropertyOrder(-3)]
    public required string CorsId { get; init; }

    /// <summary>The HTTP method.</summary>
    [JsonPropertyOrder(-2)]
    public required string Method { get; init; }

    /// <summary>The path; it begins with a slash.</summary>
    [JsonPropertyOrder(-1)]
    public required string Path { get; init; }

    /// <summary>Labels by which lists can be filtered. Default: none.</summary>
    [JsonPropertyOrder(1)]
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    string IResource.Id => CorsId;
}
