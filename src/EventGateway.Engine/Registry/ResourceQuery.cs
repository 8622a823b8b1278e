namespace EventGateway.Engine.Registry;

/// <summary>Which resources of a space to list.</summary>
public sealed record ResourceQuery
{
    /// <summary>Labels that a resource must carry, each with exactly this value. Default: all resources match.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>(0);

    /// <summary>The maximum number of resources, at least 1. Default: all.</summary>
    public int? Limit { get; init; }

    /// <summary>Lists only ids that come after this one in ordinal order. Default: all.</summary>
    public string? After { get; init; }
}
