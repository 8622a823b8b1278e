using EventGateway.Abstractions.Resources;
using EventGateway.Engine.Registry.State;

namespace EventGateway.Engine.Registry;

/// <summary>Resources of a space, in the ordinal order of their ids.</summary>
/// <typeparam name="T">The kind of resource.</typeparam>
/// <param name="Entries">The resources.</param>
/// <param name="More">Whether there are more. The next page comes after the last id of this one.</param>
/// <param name="Revision">The store's revision that the registry had reached.</param>
public sealed record ResourcePage<T>(IReadOnlyList<ResourceEntry<T>> Entries, bool More, long Revision)
    where T : class, IResource;
