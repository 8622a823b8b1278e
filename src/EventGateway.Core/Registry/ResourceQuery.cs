namespace EventGateway.Core.Registry;

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

/// <summary>Resources of a space, in the ordinal order of their ids.</summary>
/// <typeparam name="T">The kind of resource.</typeparam>
/// <param name="Entries">The resources.</param>
/// <param name="More">Whether the query's limit left some out; the next page comes after the last id of this one.</param>
/// <param name="Revision">The store's revision that the registry had reached.</param>
public sealed record ResourcePage<T>(IReadOnlyList<ResourceEntry<T>> Entries, bool More, long Revision)
    where T : class, IResource;

/// <summary>A space and how much is in it.</summary>
/// <param name="Name">The space's name.</param>
/// <param name="EventTypes">How many event types are registered.</param>
/// <param name="Functions">How many functions.</param>
/// <param name="Subscriptions">How many subscriptions.</param>
/// <param name="Cors">How many CORS configurations.</param>
public sealed record SpaceSummary(string Name, int EventTypes, int Functions, int Subscriptions, int Cors);
