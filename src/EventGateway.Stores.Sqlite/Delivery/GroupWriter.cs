namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>
/// Writes groups of appends and completions, with one transaction for each segment. Must be called on the writer's thread.
/// </summary>
internal sealed class GroupWriter(
    Segments segments, SegmentWriters writers, QueueTable queues, StoreClock clock, EventKeyTable keys, bool keepsLog, DeliveryStoreSettings settings)
{
    private readonly List<AppendOperation> _appends = [];
    private readonly List<CompleteOperation> _completions = [];
    private readonly List<CompleteOperation> _ofSegment = [];
    private readonly List<Segment> _toWrite = [];

    /// <summary>The store's time of the last transaction that was stored. 0 when none was.</summary>
    public long StoredAt { get; private set; }

    /// <summary>Whether further completions may be added. Those that cannot be stored now keep their events in memory.</summary>
    public bool HasRoom
    {
        get
        {
            var bytes = 0L;
            foreach (var completion in _completions)
            {
                bytes += completion.Size;
            }

            return _completions.Count < settings.QueueLength && bytes < settings.QueueBytes;
        }
    }

    /// <summary>Whether completions of a file are not stored yet.</summary>
    public bool HasCompletions(Segment segment) => _completions.Exists(completion => completion.Delivery.Segment == segment);

    /// <summary>Adds an append.</summary>
    public void Add(AppendOperation append) => _appends.Add(append);

    /// <summary>Adds a completion.</summary>
    public void Add(CompleteOperation completion) => _completions.Add(completion);

    /// <summary>Writes the appends, with the completions of the same segment, and answers them.</summary>
    /// <returns>Whether they were stored.</returns>
    public bool TryWriteAppends()
    {
        if (_appends.Count == 0)
        {
            return true;
        }

        // When all events are duplicates, their answers need no transaction.
        var isStored = !keys.TakeDuplicates(_appends) || TryStoreAppends();
        var forgotten = keys.End(isStored);
        foreach (var append in _appends)
        {
            append.Answer(isStored, forgotten);
            forgotten = 0;
        }

        _appends.Clear();
        return isStored;
    }

    /// <summary>Writes the completions. Those of damaged files are kept until the file is repaired.</summary>
    /// <returns>Whether all were stored.</returns>
    public bool TryWriteCompletions()
    {
        _toWrite.Clear();
        foreach (var completion in _completions)
        {
            if (!_toWrite.Contains(completion.Delivery.Segment))
            {
                _toWrite.Add(completion.Delivery.Segment);
            }
        }

        var isStored = true;
        foreach (var segment in _toWrite)
        {
            isStored &= !segment.Damage.IsSet && TryWrite(segment, withAppends: false);
        }

        return isStored;
    }

    private bool TryStoreAppends()
    {
        var isStored = TryWriteAppends(segments.Current, out var foundDamage);
        if (foundDamage)
        {
            // The next segment takes the events at once, if it is ready.
            writers.ReleaseDamaged();
            isStored = TryWriteAppends(segments.Current, out _);
        }

        return isStored;
    }

    // A damaged segment stays the current one until the next one is ready.
    private bool TryWriteAppends(Segment current, out bool foundDamage)
    {
        var isStored = !current.Damage.IsSet && TryWrite(current, withAppends: true);
        foundDamage = !isStored && current.Damage.IsSet;
        return isStored;
    }

    private bool TryWrite(Segment segment, bool withAppends)
    {
        _ofSegment.Clear();
        foreach (var completion in _completions)
        {
            if (completion.Delivery.Segment == segment)
            {
                _ofSegment.Add(completion);
            }
        }

        try
        {
            var now = clock.BeginGroup();
            if (!segment.IsRemoved)
            {
                Write(segment, now, withAppends);
            }

            NoteStored(segment, now, withAppends);
            return true;
        }
        catch (Exception exception)
        {
            // Any exception: without this thread nothing is stored any more.
            writers.Fail(segment, exception, withAppends ? _appends.Count : 0, _ofSegment.Count);
            return false;
        }
        finally
        {
            clock.EndGroup();
        }
    }

    private void Write(Segment segment, long now, bool withAppends)
    {
        var writer = writers.Open(segment);
        if (segment.TakeNearlyCopied())
        {
            writer.FinishCheckpoint();
        }

        writer.Begin(now);
        if (withAppends)
        {
            foreach (var append in _appends)
            {
                foreach (var @event in append.Events)
                {
                    writer.Append(@event, now);
                }
            }
        }

        foreach (var completion in _ofSegment)
        {
            writer.Complete(completion, now, keepsLog);
        }

        writers.Commit(segment, writer);
        writers.Metrics?.Committed((withAppends ? _appends.Count : 0) + _ofSegment.Count, TimeSpan.FromMicroseconds(clock.Now() - now));
    }

    private void NoteStored(Segment segment, long now, bool withAppends)
    {
        StoredAt = now;
        if (withAppends)
        {
            segment.Accepted(clock.ToWall(now), now);
            queues.Append(_appends);
        }

        if (_ofSegment.Count > 0)
        {
            queues.Complete(_ofSegment);
            _completions.RemoveAll(completion => completion.Delivery.Segment == segment);
        }
    }
}
