using System.Text.Json.Serialization;

namespace EventGateway.Abstractions.Resources;

/// <summary>CORS settings of a method and path, whatever subscriptions are there; or the default of a space.</summary>
public sealed record CorsConfiguration : CorsSettings, IResource
{
    /// <summary>The method and the path of the default of a space.</summary>
    public const string Any = "*";

    // The settings come between the path and the metadata in JSON, as order 0.

    /// <summary>The space that it belongs to; taken from the URL.</summary>
    [JsonPropertyOrder(-4)]
    public required string Space { get; init; }

    /// <summary>Its id: the method and the percent-encoded path, such as GET%2Fhello. In a URL it is not encoded again.</summary>
    [JsonPropertyOrder(-3)]
    public required string CorsId { get; init; }

    /// <summary>The HTTP method. <c>*</c> means that these settings are the default of the space.</summary>
    [JsonPropertyOrder(-2)]
    public required string Method { get; init; }

    /// <summary>The path; it begins with a slash. <c>*</c> in the default of the space.</summary>
    [JsonPropertyOrder(-1)]
    public required string Path { get; init; }

    /// <summary>Labels by which lists can be filtered. Default: none.</summary>
    [JsonPropertyOrder(1)]
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>Whether the settings apply to all routes of the space that have no settings of their own.</summary>
    [JsonIgnore]
    public bool IsDefault => Method == Any;

    string IResource.Id => CorsId;
}
