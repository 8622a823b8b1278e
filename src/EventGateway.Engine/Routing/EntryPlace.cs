namespace EventGateway.Engine.Routing;

/// <summary>
/// The entries of one place, ordered by key: <c>null</c>, one entry itself, or an array of several. Almost every place has one.
/// </summary>
internal static class EntryPlace
{
    /// <summary>The place with an entry, in place of one with the same key.</summary>
    public static object Add(object? place, IPathEntry entry)
    {
        switch (place)
        {
            case null:
                return entry;
            case IPathEntry one:
                var order = entry.Key.OrderTo(one.Key);
                return order == 0 ? entry : order < 0 ? new[] { entry, one } : new[] { one, entry };
            default:
                var several = (IPathEntry[])place;
                var index = IndexOf(several, entry.Key);
                return index >= 0 ? several.With(index, entry) : several.Insert(~index, entry);
        }
    }

    /// <summary>The place without the entry of a key.</summary>
    public static object? Remove(object? place, PathEntryKey key)
    {
        switch (place)
        {
            case null:
                return null;
            case IPathEntry one:
                return one.Key == key ? null : one;
            default:
                var several = (IPathEntry[])place;
                var index = IndexOf(several, key);
                return index < 0 ? several : several.Length == 2 ? several[1 - index] : several.Without(index);
        }
    }

    /// <summary>The first entry of a place that is not empty.</summary>
    public static IPathEntry First(object place) => place as IPathEntry ?? ((IPathEntry[])place)[0];

    /// <summary>The entry of a key. Null means that the place has none.</summary>
    public static IPathEntry? Find(object? place, PathEntryKey key) => place switch
    {
        null => null,
        IPathEntry one => one.Key == key ? one : null,
        _ => IndexOf((IPathEntry[])place, key) is var index and >= 0 ? ((IPathEntry[])place)[index] : null,
    };

    /// <summary>Adds the entries of a place to a list.</summary>
    public static void CopyTo(object? place, List<IPathEntry> entries)
    {
        if (place is IPathEntry one)
        {
            entries.Add(one);
        }
        else if (place is IPathEntry[] several)
        {
            entries.AddRange(several);
        }
    }

    /// <summary>The place with the first entry of a space alone; the place itself when no space is given.</summary>
    public static object? Of(object? place, string? space)
    {
        if (space is null || place is null)
        {
            return place;
        }

        if (place is IPathEntry one)
        {
            return one.Key.Space == space ? one : null;
        }

        // No lambda: one that captures the space would be allocated for every look-up.
        foreach (var entry in (IPathEntry[])place)
        {
            if (entry.Key.Space == space)
            {
                return entry;
            }
        }

        return null;
    }

    private static int IndexOf(IPathEntry[] entries, PathEntryKey key)
    {
        var low = 0;
        var high = entries.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = entries[middle].Key.OrderTo(key);
            if (order == 0)
            {
                return middle;
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return ~low;
    }
}
