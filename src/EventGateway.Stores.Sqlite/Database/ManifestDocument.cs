using System.Text.Json.Serialization;

namespace EventGateway.Stores.Sqlite.Database;

/// <summary>The content of <c>manifest.json</c>. Names are relative to the data directory, with <c>/</c>.</summary>
internal sealed record ManifestDocument
{
    /// <summary>The id of the store, which each of its files carries.</summary>
    public required Guid Store { get; init; }

    /// <summary>The highest number that a file of deliveries ever had; none is used twice.</summary>
    [JsonPropertyName("lastPeriod")]
    public long LastSegment { get; init; }

    /// <summary>The files that there should be.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>Files that were missing at a start and have not come back.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];

    /// <summary>
    /// The boot of the machine under which <c>config.db</c>, and the files of <c>deliveries</c>, were last in use; see
    /// <see cref="MachineBoot"/>. Null in a manifest of an older version.
    /// </summary>
    public IReadOnlyDictionary<string, string>? Boots { get; init; }
}

/// <summary>Reads and writes the document.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(ManifestDocument))]
internal sealed partial class ManifestJson : JsonSerializerContext;
