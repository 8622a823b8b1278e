using EventGateway.Abstractions.Resources;

namespace EventGateway.Engine.Registry.State;

/// <summary>A resource with its revision.</summary>
/// <typeparam name="T">The kind of resource.</typeparam>
public sealed class ResourceEntry<T>
    where T : class, IResource
{
    /// <summary>Creates an entry.</summary>
    /// <param name="revision">The store's revision of the write that left it so.</param>
    public ResourceEntry(T resource, long revision)
    {
        Resource = resource;
        Revision = revision;
    }

    /// <summary>The resource's id.</summary>
    public string Id => Resource.Id;

    /// <summary>The resource.</summary>
    public T Resource { get; }

    /// <summary>The store's revision of the write that left it so.</summary>
    public long Revision { get; }
}
