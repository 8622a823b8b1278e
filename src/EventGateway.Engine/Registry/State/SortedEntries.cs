using EventGateway.Abstractions.Resources;

namespace EventGateway.Engine.Registry.State;

/// <summary>
/// Entries in the ordinal order of their ids. Immutable: a change copies one chunk and the list of chunks, whose lengths are
/// about the square root of the count, and shares the rest. An entry takes a few bytes here; in a tree of nodes it takes dozens.
/// </summary>
internal sealed class SortedEntries<T>
    where T : class, IResource
{
    private const int MinChunkLimit = 64;

    private readonly ResourceEntry<T>[][] _chunks;

    private SortedEntries(ResourceEntry<T>[][] chunks, int count)
    {
        _chunks = chunks;
        Count = count;
    }

    public static SortedEntries<T> None { get; } = new([], 0);

    public int Count { get; }

    /// <summary>Returns the entries of a list without an order.</summary>
    /// <param name="entries">Entries with different ids. The list is sorted.</param>
    public static SortedEntries<T> Of(List<ResourceEntry<T>> entries)
    {
        entries.Sort(static (one, other) => string.CompareOrdinal(one.Id, other.Id));
        return new SortedEntries<T>([.. entries.Chunk(MaxChunkLength(entries.Count))], entries.Count);
    }

    /// <summary>Returns the entry with an id, or null.</summary>
    public ResourceEntry<T>? Find(string id)
    {
        if (Count == 0)
        {
            return null;
        }

        var chunk = _chunks[ChunkOf(id)];
        var at = IndexOf(chunk, id);
        return at >= 0 ? chunk[at] : null;
    }

    /// <summary>Returns the entries whose ids come after this one. Null means all.</summary>
    public IEnumerable<ResourceEntry<T>> After(string? id) => id is null ? From(0, 0) : From(id).SkipWhile(entry => entry.Id == id);

    /// <summary>Returns the entries whose ids begin with a text.</summary>
    public IEnumerable<ResourceEntry<T>> StartingWith(string prefix) =>
        From(prefix).TakeWhile(entry => entry.Id.StartsWith(prefix, StringComparison.Ordinal));

    /// <summary>The entries with one more, in place of one of the same id.</summary>
    public SortedEntries<T> With(ResourceEntry<T> entry)
    {
        if (Count == 0)
        {
            return new SortedEntries<T>([[entry]], 1);
        }

        var place = ChunkOf(entry.Id);
        var chunk = _chunks[place];
        var at = IndexOf(chunk, entry.Id);
        if (at >= 0)
        {
            var replaced = chunk.AsSpan().ToArray();
            replaced[at] = entry;
            return new SortedEntries<T>([.. _chunks[..place], replaced, .. _chunks[(place + 1)..]], Count);
        }

        ResourceEntry<T>[] grown = [.. chunk.AsSpan(0, ~at), entry, .. chunk.AsSpan(~at)];
        var after = _chunks.AsSpan(place + 1);
        if (grown.Length <= MaxChunkLength(Count))
        {
            return new SortedEntries<T>([.. _chunks.AsSpan(0, place), grown, .. after], Count + 1);
        }

        // The last chunk is not halved, because ids that only grow would leave every chunk half empty.
        var cut = after.IsEmpty && ~at == chunk.Length ? chunk.Length : grown.Length / 2;
        return new SortedEntries<T>([.. _chunks.AsSpan(0, place), grown[..cut], grown[cut..], .. after], Count + 1);
    }

    /// <summary>The entries without the one of this id.</summary>
    public SortedEntries<T> Without(string id)
    {
        var place = Count == 0 ? -1 : ChunkOf(id);
        var at = place < 0 ? -1 : IndexOf(_chunks[place], id);
        if (at < 0)
        {
            return this;
        }

        var chunk = _chunks[place];
        ResourceEntry<T>[][] left = chunk.Length == 1
            ? [.. _chunks.AsSpan(0, place), .. _chunks.AsSpan(place + 1)]
            : [.. _chunks.AsSpan(0, place), [.. chunk.AsSpan(0, at), .. chunk.AsSpan(at + 1)], .. _chunks.AsSpan(place + 1)];
        return new SortedEntries<T>(left, Count - 1);
    }

    private IEnumerable<ResourceEntry<T>> From(string id)
    {
        if (Count == 0)
        {
            return [];
        }

        var chunk = ChunkOf(id);
        var at = IndexOf(_chunks[chunk], id);
        return From(chunk, at < 0 ? ~at : at);
    }

    private IEnumerable<ResourceEntry<T>> From(int chunk, int at)
    {
        for (; chunk < _chunks.Length; chunk++, at = 0)
        {
            for (; at < _chunks[chunk].Length; at++)
            {
                yield return _chunks[chunk][at];
            }
        }
    }

    private static int MaxChunkLength(int count) => Math.Max(MinChunkLimit, (int)Math.Sqrt(count));

    private static int IndexOf(ResourceEntry<T>[] chunk, string id)
    {
        var low = 0;
        var high = chunk.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = string.CompareOrdinal(chunk[middle].Id, id);
            if (order == 0)
            {
                return middle;
            }

            if (order < 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        return ~low;
    }

    // Returns the chunk for an id: the first whose last id is not before it, or the last chunk.
    private int ChunkOf(string id)
    {
        var low = 0;
        var high = _chunks.Length - 1;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (string.CompareOrdinal(_chunks[middle][^1].Id, id) < 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
