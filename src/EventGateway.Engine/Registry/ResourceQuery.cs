namespace EventGateway.Engine.Registry;

/// <summary>Which resources of a space to list.</summary>
public sealed record ResourceQuery
{
    /// <summary>Labels that a resource must carry, each with exactly this value. Default: all resources match.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>(0);

    /// <summary>The most resources to list, at least 1. Not set: all.</summary>
    public int? Limit { get; init; }

    /// <summary>Lists only ids that come after this one in ordinal order. Not set: from the first.</summary>
    public string? After { get; init; }
}
