using EventGateway.Abstractions.Delivery;
using Microsoft.Data.Sqlite;

namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>
/// Reports how many deliveries wait in each space, and since when. The numbers are in memory. The oldest delivery is read from
/// the file in which the space has its first deliveries, and not often. Safe for concurrent use.
/// </summary>
internal sealed class BacklogReader(Segments segments, TimeProvider timeProvider)
{
    // Reading takes 2 % of the time at most, because files with millions of deliveries take long.
    private const int RestFactor = 50;

    private readonly Lock _gate = new();
    private Dictionary<string, long> _oldest = [];
    private long _lookedAt;
    private TimeSpan _rest = TimeSpan.Zero;

    /// <summary>Reads the backlog of each space.</summary>
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
                // The disk fails, or the file is damaged or has just been deleted, so the number is unknown.
                segment.Damage.TryReport(exception);
            }
        }

        _oldest = oldest;
        _lookedAt = timeProvider.GetTimestamp();
        _rest = timeProvider.GetElapsedTime(start, _lookedAt) * RestFactor;
    }
}
