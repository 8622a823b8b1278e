namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>
/// Bounds how many files are open for reading: closes the files that were not read for longest, and
/// those that were not read for a while. Safe for concurrent use.
/// </summary>
/// <param name="maxOpen">How many files may be open for reading.</param>
internal sealed class OpenReaders(int maxOpen, TimeProvider timeProvider)
{
    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();

    // In the order of their last reads.
    private readonly List<(Segment Segment, long UsedAt)> _open = [];

    /// <summary>Notes that a file was read, and may be open since.</summary>
    public void Note(Segment segment)
    {
        Segment? surplus = null;
        lock (_gate)
        {
            _open.RemoveAll(item => item.Segment == segment);
            _open.Add((segment, timeProvider.GetTimestamp()));
            if (_open.Count > maxOpen)
            {
                surplus = _open[0].Segment;
                _open.RemoveAt(0);
            }
        }

        surplus?.TryCloseReader();
    }

    /// <summary>Closes the files that were not read for a while.</summary>
    public void CloseIdle()
    {
        List<Segment> idle;
        lock (_gate)
        {
            idle = [.. _open.Where(item => timeProvider.GetElapsedTime(item.UsedAt) >= IdleTime).Select(static item => item.Segment)];
            _open.RemoveAll(item => idle.Contains(item.Segment));
        }

        idle.ForEach(static segment => segment.TryCloseReader());
    }
}
