using EventGateway.Abstractions.Delivery;
using Microsoft.Data.Sqlite;

namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>
/// The keys of accepted events whose windows have not ended, in memory. The files have the same keys, each stored in the transaction of
/// its event, so that a restart knows them. Must be used on the writer's thread: so an event and its repetition are never decided at once.
/// </summary>
/// <param name="capacity">The number of keys at most.</param>
/// <param name="clock">The store's clock, which goes on from where it was after a restart.</param>
internal sealed class EventKeyTable(int capacity, StoreClock clock)
{
    private readonly EventKeyWindow _window = new(capacity);

    /// <summary>Adds the keys from before. For the opening of the store.</summary>
    /// <param name="kept">The keys of events whose files were deleted.</param>
    /// <param name="segments">The files whose keys are read.</param>
    public void Load(IEnumerable<(EventKey Key, long Until)> kept, IReadOnlyList<Segment> segments)
    {
        var now = clock.Now();
        foreach (var (key, until) in kept)
        {
            _window.Add(key, Limit(until, now), now);
        }

        foreach (var segment in segments)
        {
            try
            {
                foreach (var (key, until) in segment.ListEventKeys(now))
                {
                    _window.Add(key, Limit(until, now), now);
                }
            }
            catch (SqliteException exception) when (segment.Damage.TryReport(exception))
            {
                // The file is repaired once the store is open. Its events may be accepted again.
            }
        }
    }

    /// <summary>Takes the duplicates out of appends, and reserves the keys of the other events until <see cref="End"/>.</summary>
    /// <returns>Whether any event is left that must be stored.</returns>
    public bool TakeDuplicates(List<AppendOperation> appends)
    {
        var isAnyLeft = false;
        foreach (var append in appends)
        {
            if (append.HasKeys)
            {
                TakeDuplicates(append, clock.Now());
            }

            isAnyLeft |= append.Events.Count > 0;
        }

        return isAnyLeft;
    }

    /// <summary>Keeps the reserved keys, or forgets them.</summary>
    /// <param name="isStored">Whether their events are on disk.</param>
    /// <returns>The number of keys that were removed for lack of room, although their windows had not ended.</returns>
    public int End(bool isStored)
    {
        if (isStored)
        {
            return _window.Keep(clock.Now());
        }

        _window.Release();
        return 0;
    }

    // A wall clock that was ahead while the store was closed must not make a window longer than any can be.
    private static long Limit(long until, long now) => Math.Min(until, now + (EventKeys.MaxWindow.Ticks / TimeSpan.TicksPerMicrosecond));

    private void TakeDuplicates(AppendOperation append, long now)
    {
        var left = 0;
        for (var i = 0; i < append.Events.Count; i++)
        {
            var @event = append.Events[i];
            if (@event.Keys is { } keys)
            {
                @event.KeysUntil = now + (keys.Window.Ticks / TimeSpan.TicksPerMicrosecond);
                if (!_window.TryReserve(keys, now, @event.KeysUntil))
                {
                    (append.Duplicates ??= []).Add(@event.Index);
                    continue;
                }
            }

            append.Events[left++] = @event;
        }

        append.Events.RemoveRange(left, append.Events.Count - left);
    }
}
