namespace EventGateway.Abstractions.Delivery;

/// <summary>
/// Keeps the keys of accepted events until their windows end, in memory, for stores that find duplicates themselves. Not safe for
/// concurrent use. Times are in any unit, as long as it is one.
/// </summary>
/// <remarks>
/// Keys are reserved before their events are stored, and kept once they are: an event that could not be stored leaves no key. When there
/// are too many keys, those go first whose windows end first. With one length of window these are the oldest.
/// </remarks>
/// <param name="capacity">The number of keys at most, above zero. A key takes about 100 bytes.</param>
public sealed class EventKeyWindow(int capacity)
{
    private readonly Dictionary<EventKey, long> _ends = [];
    private readonly PriorityQueue<EventKey, long> _order = new();
    private readonly Dictionary<EventKey, long> _reserved = [];

    /// <summary>The number of keys, without reserved ones. Those whose windows have ended are among them until the next call.</summary>
    public int Count => _ends.Count;

    /// <summary>Reserves the keys of an event, unless one of them is kept or reserved.</summary>
    /// <param name="keys">The keys.</param>
    /// <param name="now">The time.</param>
    /// <param name="end">When the window ends.</param>
    /// <returns>Whether the keys are reserved. If not, the event is a duplicate.</returns>
    public bool TryReserve(EventKeys keys, long now, long end)
    {
        ArgumentNullException.ThrowIfNull(keys);
        RemoveEnded(now);
        if (Has(keys.First) || (keys.Second is { } second && Has(second)))
        {
            return false;
        }

        _reserved[keys.First] = end;
        if (keys.Second is { } other)
        {
            _reserved[other] = end;
        }

        return true;
    }

    /// <summary>Keeps the reserved keys: their events are stored.</summary>
    /// <param name="now">The time.</param>
    /// <returns>The number of keys that were removed for lack of room, although their windows had not ended.</returns>
    public int Keep(long now)
    {
        var removed = 0;
        foreach (var (key, end) in _reserved)
        {
            removed += Add(key, end, now);
        }

        _reserved.Clear();
        return removed;
    }

    /// <summary>Forgets the reserved keys: their events are not stored.</summary>
    public void Release() => _reserved.Clear();

    /// <summary>Keeps a key until its window ends.</summary>
    /// <param name="key">The key. When it is kept already, the later end counts.</param>
    /// <param name="end">When the window ends.</param>
    /// <param name="now">The time.</param>
    /// <returns>The number of keys that were removed for lack of room, although their windows had not ended.</returns>
    public int Add(EventKey key, long end, long now)
    {
        if (end <= now || (_ends.TryGetValue(key, out var earlier) && earlier >= end))
        {
            return 0;
        }

        _ends[key] = end;
        _order.Enqueue(key, end);
        var removed = 0;
        while (_ends.Count > capacity)
        {
            removed += RemoveFirst() > now ? 1 : 0;
        }

        return removed;
    }

    private bool Has(EventKey key) => _ends.ContainsKey(key) || _reserved.ContainsKey(key);

    private void RemoveEnded(long now)
    {
        while (_order.TryPeek(out _, out var end) && end <= now)
        {
            RemoveFirst();
        }
    }

    // Returns when the window ends, or the smallest number when the key stays, because it has a later end.
    private long RemoveFirst()
    {
        _order.TryDequeue(out var key, out var end);
        if (_ends.GetValueOrDefault(key) != end)
        {
            return long.MinValue;
        }

        _ends.Remove(key);
        return end;
    }
}
