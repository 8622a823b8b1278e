using System.Globalization;
using EventGateway.Abstractions.Delivery;

namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>The events of all segments, read segment by segment from the newest down. Safe for concurrent use.</summary>
internal sealed class EventLog(Segments segments, SegmentBounds bounds, StoreClock clock, DamagedEvents damagedEvents) : IEventLog
{
    // Events with one id. A sender may give the same id to every event.
    private const int MaxCopies = 100;

    // Events that arrive together are not stored in the exact order of their times. This is the largest difference, in microseconds.
    private const long MaxDisorder = 60_000_000;

    // How long a reader waits for a damaged file to be repaired.
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public async ValueTask<Page<EventSummary>> ListAsync(EventFilter filter, int limit, string? cursor, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var (last, from) = ParseCursor(cursor);
        var items = new List<EventSummary>();
        foreach (var segment in Newest())
        {
            if (segment.Number > last || !MayReach(segment, filter.From)
                || (filter.Id is { } id && !await MayHaveAsync(segment, id, cancellationToken)))
            {
                continue;
            }

            var first = segment.Number == last ? from : long.MaxValue;
            var next = await segment.ReadLogAsync(reader => reader.List(filter, first, limit, items), cancellationToken);
            if (next is { } number)
            {
                return new Page<EventSummary>(items, CursorOf(segment, number));
            }
        }

        return new Page<EventSummary>(items, Next: null);
    }

    /// <inheritdoc/>
    public async ValueTask<LogPart> ReadAsync(LogRange range, string? position, int limit, long bytes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(range);
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var (first, from) = position is null ? (0, 0) : ParseCursor(position);
        var events = new List<ReadOnlyMemory<byte>>();
        foreach (var segment in Oldest())
        {
            // If the file of the position was deleted, the next file follows.
            if (segment.Number < first || !MayReach(segment, range.From) || BeginsAfter(segment, range.To))
            {
                continue;
            }

            var start = segment.Number == first ? from : 0;
            var count = events.Count;
            try
            {
                var next = await segment.ReadLogAsync(reader => reader.Read(range, start, limit, bytes, events, id => damagedEvents.Report(segment.File.Path, id)), cancellationToken);
                if (next is { } number)
                {
                    return new LogPart(events, CursorOf(segment, number));
                }
            }
            catch (DamagedFileException)
            {
                events.RemoveRange(count, events.Count - count);
                return new LogPart(events, CursorOf(segment, start)) { RetryAfter = RetryDelay };
            }
        }

        return new LogPart(events, Next: null);
    }

    /// <inheritdoc/>
    public async ValueTask<LoggedEvent?> FindAsync(string space, string eventId, string? source, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(eventId);
        var found = new List<FoundEvent>();
        foreach (var segment in Newest())
        {
            if (found.Count < MaxCopies && await MayHaveAsync(segment, eventId, cancellationToken))
            {
                found.AddRange(await segment.ReadLogAsync(reader => reader.Find(space, eventId, source, segment, MaxCopies - found.Count), cancellationToken) ?? []);
            }
        }

        // Copies of an event may be kept for longer than the event itself.
        var shown = found.Find(item => item.Cause is DeliveryCause.Accepted) ?? found.FirstOrDefault();
        if (shown is null || await shown.Segment.ReadLogAsync(reader => reader.ReadBody(shown.Number), cancellationToken) is not { } stored)
        {
            return null;
        }

        var summary = shown.Summary;
        if (stored.IsDamaged)
        {
            damagedEvents.Report(shown.Segment.File.Path, summary.Id);
        }

        return new LoggedEvent
        {
            Space = summary.Space,
            Id = summary.Id,
            Type = summary.Type,
            Source = summary.Source,
            Time = summary.Time,
            AcceptedAt = summary.AcceptedAt,
            Event = stored.Body,
            IsDamaged = stored.IsDamaged,
            Deliveries = [.. found.Where(item => item.Summary.Source == summary.Source).Reverse().SelectMany(item => item.Deliveries).Select(WithWallClock)],
        };
    }

    private LoggedDelivery WithWallClock(LoggedDelivery delivery) => delivery.DueAt is { } due
        ? delivery with { DueAt = UnixMicroseconds.ToTime(clock.ToWall(UnixMicroseconds.Of(due))) }
        : delivery;

    // There is no index of ids, because it would cost time for every event. Instead, a segment that has ended is read once.
    private async ValueTask<bool> MayHaveAsync(Segment segment, string id, CancellationToken cancellationToken)
    {
        if (segment == segments.Current)
        {
            return true;
        }

        segment.Ids ??= await segment.ReadLogAsync(reader => reader.ReadIds(), cancellationToken);
        return segment.Ids?.MayHave(id) is true;
    }

    // Returns nothing when the log is turned off, even if some events have not been removed yet.
    private IEnumerable<Segment> Oldest() => bounds.KeepsLog ? segments.All : [];

    private IEnumerable<Segment> Newest() => Oldest().Reverse();

    private static bool MayReach(Segment segment, DateTimeOffset? from) =>
        from is not { } time || segment.LastAccepted + MaxDisorder >= UnixMicroseconds.Of(time);

    private static bool BeginsAfter(Segment segment, DateTimeOffset to) => segment.FirstAccepted - MaxDisorder > UnixMicroseconds.Of(to);

    private static string CursorOf(Segment segment, long number) => string.Create(CultureInfo.InvariantCulture, $"{segment.Number}-{number}");

    private static (long Segment, long From) ParseCursor(string? cursor)
    {
        if (cursor is null)
        {
            return (long.MaxValue, long.MaxValue);
        }

        var parts = cursor.Split('-');
        return parts.Length == 2
            && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var segment)
            && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var from)
            ? (segment, from)
            : (0, 0);
    }
}
