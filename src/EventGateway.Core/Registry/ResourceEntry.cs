namespace EventGateway.Core.Registry;

/// <summary>A resource with the revision that it is at.</summary>
/// <typeparam name="T">The kind of resource.</typeparam>
public sealed class ResourceEntry<T>
    where T : class, IResource
{
    private readonly T? _resource;

    /// <summary>Creates an entry.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="revision">The store's revision of the write that left it so.</param>
    public ResourceEntry(T resource, long revision)
    {
        _resource = resource;
        Id = resource.Id;
        Revision = revision;
    }

    private ResourceEntry(string id) => Id = id;

    /// <summary>The resource's id.</summary>
    public string Id { get; }

    /// <summary>The resource.</summary>
    public T Resource => _resource!;

    /// <summary>The store's revision of the write that left it so.</summary>
    public long Revision { get; }

    /// <summary>Makes an entry that only serves to look for one with its id.</summary>
    internal static ResourceEntry<T> ToFind(string id) => new(id);
}
