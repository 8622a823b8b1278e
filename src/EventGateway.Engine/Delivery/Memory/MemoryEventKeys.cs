using System.Runtime.InteropServices;
using EventGateway.Abstractions.Delivery;

namespace EventGateway.Engine.Delivery.Memory;

/// <summary>Finds duplicates among the events of a memory store. Not safe for concurrent use.</summary>
/// <param name="capacity">The number of keys at most.</param>
/// <param name="timeProvider">Measures the windows.</param>
internal sealed class MemoryEventKeys(int capacity, TimeProvider timeProvider)
{
    private readonly EventKeyWindow _window = new(capacity);

    /// <summary>Finds the duplicates.</summary>
    /// <returns>Their indexes. Null means none.</returns>
    public List<int>? Find(IReadOnlyList<EventDeliveries> events)
    {
        var duplicates = Reserve(events);
        _window.Release();
        return duplicates;
    }

    /// <summary>Keeps the keys of events, if the duplicates among them are still the same.</summary>
    /// <param name="duplicates">The duplicates that <see cref="Find"/> returned.</param>
    /// <param name="forgotten">The number of keys that were removed before their windows ended.</param>
    /// <returns>False when other appends have added keys of these events meanwhile.</returns>
    public bool TryKeep(IReadOnlyList<EventDeliveries> events, List<int>? duplicates, out int forgotten)
    {
        forgotten = 0;
        if (!CollectionsMarshal.AsSpan(Reserve(events)).SequenceEqual(CollectionsMarshal.AsSpan(duplicates)))
        {
            _window.Release();
            return false;
        }

        forgotten = _window.Keep(Now());
        return true;
    }

    private List<int>? Reserve(IReadOnlyList<EventDeliveries> events)
    {
        List<int>? duplicates = null;
        var now = Now();
        for (var i = 0; i < events.Count; i++)
        {
            if (events[i].Keys is { } keys && !_window.TryReserve(keys, now, now + keys.Window.Ticks))
            {
                (duplicates ??= []).Add(i);
            }
        }

        return duplicates;
    }

    private long Now() => timeProvider.GetUtcNow().Ticks;
}
