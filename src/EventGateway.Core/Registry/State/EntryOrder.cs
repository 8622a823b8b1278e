using System.Collections.Immutable;

namespace EventGateway.Core.Registry.State;

/// <summary>Orders entries by their ids. A sorted set finds by id, pages by position and is its own snapshot.</summary>
internal sealed class EntryOrder<T> : IComparer<ResourceEntry<T>>
    where T : class, IResource
{
    public static readonly ImmutableSortedSet<ResourceEntry<T>> None = ImmutableSortedSet.Create<ResourceEntry<T>>(new EntryOrder<T>());

    public int Compare(ResourceEntry<T>? x, ResourceEntry<T>? y) => string.CompareOrdinal(x?.Id, y?.Id);
}

/// <summary>Looks up entries by id.</summary>
internal static class EntrySets
{
    public static ResourceEntry<T>? Find<T>(this ImmutableSortedSet<ResourceEntry<T>> entries, string id)
        where T : class, IResource =>
        entries.TryGetValue(ResourceEntry<T>.ToFind(id), out var found) ? found : null;

    /// <summary>The position of the first entry whose id comes after this one.</summary>
    public static int PositionAfter<T>(this ImmutableSortedSet<ResourceEntry<T>> entries, string? id)
        where T : class, IResource
    {
        if (id is null)
        {
            return 0;
        }

        var position = entries.IndexOf(ResourceEntry<T>.ToFind(id));
        return position >= 0 ? position + 1 : ~position;
    }
}
