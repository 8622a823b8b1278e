using EventGateway.Abstractions.Delivery;
using Microsoft.Data.Sqlite;

namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>
/// Tells how much waits in each space, and since when. How much is known; the oldest is looked for in the files, in those
/// alone in which a space has its first deliveries, and not so often that it costs much. Safe for concurrent use.
/// </summary>
internal sealed class BacklogReader(Segments segments, TimeProvider timeProvider)
{
    // Looking takes 2 % of the time at most: files that hold millions of deliveries take a while.
    private const int RestFactor = 50;

    private readonly Lock _gate = new();
    private Dictionary<string, long> _oldest = [];
    private long _lookedAt;
    private TimeSpan _rest = TimeSpan.Zero;

    /// <summary>Reads what waits.</summary>
    public IReadOnlyCollection<SpaceBacklog> Read()
    {
        var counts = new Dictionary<string, (long Deliveries, Segment First)>(StringComparer.Ordinal);
        foreach (var segment in segments.All)
        {
            foreach (var (space, deliveries) in segment.ListWaitingBySpace())
            {
                counts[space] = counts.TryGetValue(space, out var earlier) ? (earlier.Deliveries + deliveries, earlier.First) : (deliveries, segment);
            }
        }

        lock (_gate)
        {
            if (timeProvider.GetElapsedTime(_lookedAt) >= _rest)
            {
                Look(counts.Values.Select(static count => count.First).Distinct());
            }

            return
            [
                .. counts.Select(count => new SpaceBacklog(
                    count.Key, count.Value.Deliveries, _oldest.TryGetValue(count.Key, out var time) ? UnixMicroseconds.ToTime(time) : null)),
            ];
        }
    }

    private void Look(IEnumerable<Segment> firsts)
    {
        var start = timeProvider.GetTimestamp();
        var oldest = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var segment in firsts.OrderBy(static segment => segment.Number))
        {
            try
            {
                using var reader = new SegmentReader(segment);
                foreach (var (space, accepted) in reader.ListOldest())
                {
                    oldest.TryAdd(space, accepted);
                }
            }
            catch (SqliteException exception)
            {
                // The disk fails, or the file is damaged or has just been deleted: it is not known.
                segment.Damage.TryReport(exception);
            }
        }

        _oldest = oldest;
        _lookedAt = timeProvider.GetTimestamp();
        _rest = timeProvider.GetElapsedTime(start, _lookedAt) * RestFactor;
    }
}
