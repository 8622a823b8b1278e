using System.Globalization;
using EventGateway.Core.Delivery;

namespace EventGateway.Sqlite.Delivery;

/// <summary>The events of all periods, read period by period from the newest down. Safe for concurrent use.</summary>
internal sealed class EventLog(Periods periods) : IEventLog
{
    // Events that arrive together are not stored in the exact order of their times.
    private static readonly TimeSpan _slack = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    public async ValueTask<Page<EventSummary>> ListAsync(EventFilter filter, int limit, string? cursor, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var (last, from) = ParseCursor(cursor);
        var items = new List<EventSummary>();
        var all = periods.All;
        for (var i = all.Count - 1; i >= 0; i--)
        {
            var period = all[i];
            if (period.Number > last || !MayReach(period, filter.From))
            {
                continue;
            }

            var first = period.Number == last ? from : long.MaxValue;
            var next = await period.ReadLogAsync(reader => reader.List(filter, first, limit, items), cancellationToken);
            if (next is { } number)
            {
                return new Page<EventSummary>(items, string.Create(CultureInfo.InvariantCulture, $"{period.Number}-{number}"));
            }
        }

        return new Page<EventSummary>(items, Next: null);
    }

    /// <inheritdoc/>
    public async ValueTask<LoggedEvent?> FindAsync(string space, string eventId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(eventId);
        var all = periods.All;
        for (var i = all.Count - 1; i >= 0; i--)
        {
            if (await all[i].ReadLogAsync(reader => reader.Find(space, eventId), cancellationToken) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private static bool MayReach(Period period, DateTimeOffset? from) =>
        from is not { } time || period.LastAccepted + Times.ToMicroseconds(DateTimeOffset.UnixEpoch + _slack) >= Times.ToMicroseconds(time);

    private static (long Period, long From) ParseCursor(string? cursor)
    {
        if (cursor is null)
        {
            return (long.MaxValue, long.MaxValue);
        }

        var parts = cursor.Split('-');
        return parts.Length == 2
            && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var period)
            && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var from)
            ? (period, from)
            : (0, 0);
    }
}
