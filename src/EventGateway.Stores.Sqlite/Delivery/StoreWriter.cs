using EventGateway.Abstractions.Delivery;

namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>
/// Makes what is asked of the store on a thread of its own, as much as has come in one transaction. What fails for the disk
/// is tried again (completions) or refused (appends), for as long as it takes. Dead letters that can't be stored, and files
/// that can't be written, hold nothing else up.
/// </summary>
internal sealed partial class StoreWriter
{
    private readonly OperationQueue _queue;
    private readonly QueueTable _queues;
    private readonly Segments _segments;
    private readonly DeadLetters _letters;
    private readonly StoreClock _clock;
    private readonly SegmentBounds _bounds;
    private readonly DeliveryStoreSettings _settings;
    private readonly FailureLog _failures;
    private readonly Action _wakeMaintenance;
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<Operation> _group = [];
    private readonly List<AppendOperation> _appends = [];
    private readonly List<CompleteOperation> _completions = [];
    private readonly List<CompleteOperation> _pendingDeadLetters = [];
    private readonly List<CompleteOperation> _ofSegment = [];
    private readonly List<Segment> _toMake = [];
    private readonly List<DeleteDeadLettersOperation> _deletions = [];
    private readonly List<FlushOperation> _flushes = [];
    private DeadLetterWriter? _deadLetters;
    private long _retryDeadLettersAt;
    private long _storedAt;
    private long _notedAt;
    private bool _refusedForDamage;

    public StoreWriter(
        OperationQueue queue,
        QueueTable queues,
        Segments segments,
        DeadLetters letters,
        StoreClock clock,
        SegmentBounds bounds,
        DeliveryStoreSettings settings,
        FailureLog failures,
        Action wakeMaintenance)
    {
        _queue = queue;
        _queues = queues;
        _segments = segments;
        _letters = letters;
        _clock = clock;
        _bounds = bounds;
        _settings = settings;
        _failures = failures;
        _wakeMaintenance = wakeMaintenance;
        _notedAt = clock.Now();
        new Thread(Run) { IsBackground = true, Name = "delivery store writer" }.Start();
    }

    /// <summary>Where transactions are recorded. Not set: they are not.</summary>
    public StoreMetrics? Metrics { get; set; }

    /// <summary>Done once the queue was closed and what was in it is made, or can't be.</summary>
    public Task Stopped => _stopped.Task;

    private void Run()
    {
        TimeSpan? atMost = TimeSpan.Zero;
        while (_queue.Take(_group, atMost, others: HasRoom(), deadLetters: _pendingDeadLetters.Count == 0))
        {
            Sort();
            ReleaseDamaged();
            var made = MakeGroup();
            made &= TryTidy();
            made &= _drops.Count > 0 || TryDeleteDropped();
            if (!made || _pendingDeadLetters.Count > 0)
            {
                atMost = _settings.FailureDelay;
            }
            else if (_queue.HasDeadLetters || _drops.Count > 0 || HasDropped())
            {
                atMost = TimeSpan.Zero;
            }
            else if (AreAllCounted())
            {
                atMost = TidyInterval;
                CompleteFlushes();
            }
            else
            {
                atMost = TimeSpan.Zero;
            }
        }

        FailDrops();
        CompleteFlushes();
        NoteClock(atOnce: true);
        _deadLetters?.Dispose();
        _stopped.SetResult();
    }

    // Completions that can't be stored now keep their events in memory.
    private bool HasRoom()
    {
        var bytes = 0L;
        foreach (var completion in _completions)
        {
            bytes += completion.Size;
        }

        return _completions.Count < _settings.QueueLength && bytes < _settings.QueueBytes;
    }

    private void CompleteFlushes()
    {
        foreach (var flush in _flushes)
        {
            flush.Complete();
        }

        _flushes.Clear();
    }

    private void Sort()
    {
        foreach (var operation in _group)
        {
            switch (operation)
            {
                case AppendOperation append:
                    _appends.Add(append);
                    break;
                case CompleteOperation completion:
                    (completion.IsPendingDeadLetter ? _pendingDeadLetters : _completions).Add(completion);
                    break;
                case DeleteDeadLettersOperation deletion:
                    _deletions.Add(deletion);
                    break;
                case DropOperation drop:
                    _drops.Enqueue(drop);
                    break;
                case FlushOperation flush:
                    _flushes.Add(flush);
                    break;
            }
        }

        _group.Clear();
    }

    // One transaction per file, the current one first: someone waits for the appends.
    private bool MakeGroup()
    {
        var made = true;
        if (_appends.Count > 0 && _segments.Current.Damage.IsSet)
        {
            // The next file is not ready yet.
            AnswerAppends(AcceptResult.Full);
            made = false;
        }
        else if (_appends.Count > 0)
        {
            made &= Make(_segments.Current) || MakeInNext();
        }

        WriteDeadLetters();
        _toMake.Clear();
        foreach (var completion in _completions)
        {
            if (!_toMake.Contains(completion.Delivery.Segment))
            {
                _toMake.Add(completion.Delivery.Segment);
            }
        }

        foreach (var segment in _toMake)
        {
            // What became of deliveries in a damaged file is stored once that is mended.
            made &= !segment.Damage.IsSet && Make(segment);
        }

        MakeDrop();
        return made;
    }

    // Before their deliveries are deleted: a crash between must not lose them.
    private void WriteDeadLetters()
    {
        if (_letters.Damage.IsSet)
        {
            FailDeletions(new IOException("The file of dead letters is damaged, and what can be read of it is being saved."));
            return;
        }

        if (_deletions.Count == 0 && (_pendingDeadLetters.Count == 0 || Environment.TickCount64 < _retryDeadLettersAt))
        {
            return;
        }

        try
        {
            _deadLetters ??= new DeadLetterWriter(_letters.File);
            _settings.Committing?.Invoke();
            if (_pendingDeadLetters.Count > 0)
            {
                _deadLetters.Add(_pendingDeadLetters, _clock.ToWall(_clock.Now()));
                _pendingDeadLetters.ForEach(static completion => completion.IsPendingDeadLetter = false);
                _completions.AddRange(_pendingDeadLetters);
                _pendingDeadLetters.Clear();
            }

            foreach (var deletion in _deletions)
            {
                deletion.Complete(_deadLetters.Delete(deletion.Numbers));
            }

            _deletions.Clear();
        }
        catch (Exception exception)
        {
            if (!_letters.Damage.TryReport(exception))
            {
                _failures.Report(exception, 0, _pendingDeadLetters.Count);
            }

            _retryDeadLettersAt = Environment.TickCount64 + (long)_settings.FailureDelay.TotalMilliseconds;
            _deadLetters?.Dispose();
            _deadLetters = null;
            FailDeletions(exception);
        }
    }

    private void FailDeletions(Exception exception)
    {
        _deletions.ForEach(deletion => deletion.TryFail(exception));
        _deletions.Clear();
    }

    // The current file was found damaged by this transaction: what is to be accepted goes to the next file at once.
    private bool MakeInNext()
    {
        if (!_refusedForDamage)
        {
            return false;
        }

        _refusedForDamage = false;
        ReleaseDamaged();
        if (!_segments.Current.Damage.IsSet && Make(_segments.Current))
        {
            return true;
        }

        AnswerAppends(AcceptResult.Full);
        return false;
    }

    private bool Make(Segment segment)
    {
        var appends = segment == _segments.Current && _appends.Count > 0;
        _ofSegment.Clear();
        foreach (var completion in _completions)
        {
            if (completion.Delivery.Segment == segment)
            {
                _ofSegment.Add(completion);
            }
        }

        var stored = false;
        try
        {
            var now = _clock.BeginGroup();
            if (!segment.IsRemoved)
            {
                Write(segment, now, appends);
            }

            Note(segment, now, appends);
            _storedAt = now;
            stored = true;
        }
        catch (Exception exception)
        {
            // Whatever it is, the thread goes on: without it nothing is stored any more.
            if (!segment.Damage.TryReport(exception))
            {
                _failures.Report(exception, appends ? _appends.Count : 0, _ofSegment.Count);
            }

            Metrics?.CommitFailed();
            Abandon(segment);
        }
        finally
        {
            _clock.EndGroup();
        }

        _refusedForDamage = appends && segment.Damage.IsSet && !stored;
        if (appends && !_refusedForDamage)
        {
            AnswerAppends(stored ? AcceptResult.Accepted : AcceptResult.Full);
        }

        return stored;
    }

    private void AnswerAppends(AcceptResult result)
    {
        foreach (var append in _appends)
        {
            append.Answer(result);
        }

        _appends.Clear();
    }

    private void Write(Segment segment, long now, bool appends)
    {
        var writer = segment.Writer ??= new SegmentWriter(segment, _clock, _settings);
        if (segment.TakeNearlyCopied())
        {
            writer.FinishCheckpoint();
        }

        writer.Begin(now);
        if (appends)
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
            writer.Complete(completion, now, _bounds.KeepsLog);
        }

        _settings.Committing?.Invoke();
        Commit(segment, writer);
        Metrics?.Committed((appends ? _appends.Count : 0) + _ofSegment.Count, TimeSpan.FromMicroseconds(_clock.Now() - now));
    }

    private void Commit(Segment segment, SegmentWriter writer)
    {
        var pages = writer.Commit();
        _settings.Committed?.Invoke();
        segment.AddWaiting(segment.IsCounted ? writer.Added : Math.Max(0, writer.Added), writer.AddedBySpace);
        segment.AddPages(pages);
        segment.Size = writer.CountPages() * Segment.PageBytes;
        if (segment.PagesToCheckpoint >= _settings.CheckpointPages)
        {
            _wakeMaintenance();
        }

        if (segment.Waiting == 0 && segment.IsCounted && segment != _segments.Current)
        {
            writer.Dispose();
            segment.Writer = null;
        }
    }

    // What is stored, or needs no storing any more.
    private void Note(Segment segment, long now, bool appends)
    {
        if (appends)
        {
            segment.Accepted(_clock.ToWall(now), now);
            _queues.Append(_appends);
        }

        if (_ofSegment.Count > 0)
        {
            _queues.Complete(_ofSegment);
            _completions.RemoveAll(completion => completion.Delivery.Segment == segment);
        }
    }

    // The transaction may have been made all the same, so the deliveries are counted anew.
    private void Abandon(Segment segment)
    {
        segment.Writer?.Dispose();
        segment.Writer = null;
        segment.IsCounted = false;
        _wakeMaintenance();
    }
}
