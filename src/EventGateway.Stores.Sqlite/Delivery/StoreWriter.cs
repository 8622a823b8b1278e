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
    private readonly Periods _periods;
    private readonly DeadLetters _letters;
    private readonly StoreClock _clock;
    private readonly PeriodBounds _bounds;
    private readonly DeliveryStoreSettings _settings;
    private readonly FailureLog _failures;
    private readonly Action _care;
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<Operation> _group = [];
    private readonly List<AppendOperation> _appends = [];
    private readonly List<CompleteOperation> _completions = [];
    private readonly List<CompleteOperation> _unburied = [];
    private readonly List<CompleteOperation> _ofPeriod = [];
    private readonly List<Period> _toMake = [];
    private readonly List<DeleteDeadLettersOperation> _deletions = [];
    private readonly List<FlushOperation> _flushes = [];
    private DeadLetterWriter? _deadLetters;
    private long _buryAgain;
    private long _storedAt;
    private long _notedAt;
    private bool _refusedForDamage;

    public StoreWriter(
        OperationQueue queue,
        QueueTable queues,
        Periods periods,
        DeadLetters letters,
        StoreClock clock,
        PeriodBounds bounds,
        DeliveryStoreSettings settings,
        FailureLog failures,
        Action care)
    {
        _queue = queue;
        _queues = queues;
        _periods = periods;
        _letters = letters;
        _clock = clock;
        _bounds = bounds;
        _settings = settings;
        _failures = failures;
        _care = care;
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
        while (_queue.Take(_group, atMost, others: HasRoom(), deadLetters: _unburied.Count == 0))
        {
            Sort();
            ReleaseDamaged();
            var made = MakeGroup();
            made &= TryTidy();
            made &= _drops.Count > 0 || TryDeleteDropped();
            if (!made || _unburied.Count > 0)
            {
                atMost = _settings.FailureDelay;
            }
            else if (_queue.HasDeadLetters || _drops.Count > 0 || HasDropped())
            {
                atMost = TimeSpan.Zero;
            }
            else if (AreAllCounted())
            {
                atMost = _tidyInterval;
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
                    (completion.IsUnburied ? _unburied : _completions).Add(completion);
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
        if (_appends.Count > 0 && _periods.Current.Damage.IsSet)
        {
            // The next file is not ready yet.
            AnswerAppends(AcceptResult.Full);
            made = false;
        }
        else if (_appends.Count > 0)
        {
            made &= Make(_periods.Current) || MakeInNext();
        }

        WriteDeadLetters();
        _toMake.Clear();
        foreach (var completion in _completions)
        {
            if (!_toMake.Contains(completion.Delivery.Period))
            {
                _toMake.Add(completion.Delivery.Period);
            }
        }

        foreach (var period in _toMake)
        {
            // What became of deliveries in a damaged file is stored once that is mended.
            made &= !period.Damage.IsSet && Make(period);
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

        if (_deletions.Count == 0 && (_unburied.Count == 0 || Environment.TickCount64 < _buryAgain))
        {
            return;
        }

        try
        {
            _deadLetters ??= new DeadLetterWriter(_letters.File);
            _settings.Committing?.Invoke();
            if (_unburied.Count > 0)
            {
                _deadLetters.Add(_unburied, _clock.ToWall(_clock.Now()));
                _unburied.ForEach(static completion => completion.IsUnburied = false);
                _completions.AddRange(_unburied);
                _unburied.Clear();
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
                _failures.Report(exception, 0, _unburied.Count);
            }

            _buryAgain = Environment.TickCount64 + (long)_settings.FailureDelay.TotalMilliseconds;
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
        if (!_periods.Current.Damage.IsSet && Make(_periods.Current))
        {
            return true;
        }

        AnswerAppends(AcceptResult.Full);
        return false;
    }

    private bool Make(Period period)
    {
        var appends = period == _periods.Current && _appends.Count > 0;
        _ofPeriod.Clear();
        foreach (var completion in _completions)
        {
            if (completion.Delivery.Period == period)
            {
                _ofPeriod.Add(completion);
            }
        }

        var stored = false;
        try
        {
            var now = _clock.BeginGroup();
            if (!period.IsRemoved)
            {
                Write(period, now, appends);
            }

            Note(period, now, appends);
            _storedAt = now;
            stored = true;
        }
        catch (Exception exception)
        {
            // Whatever it is, the thread goes on: without it nothing is stored any more.
            if (!period.Damage.TryReport(exception))
            {
                _failures.Report(exception, appends ? _appends.Count : 0, _ofPeriod.Count);
            }

            Metrics?.CommitFailed();
            Abandon(period);
        }
        finally
        {
            _clock.EndGroup();
        }

        _refusedForDamage = appends && period.Damage.IsSet && !stored;
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

    private void Write(Period period, long now, bool appends)
    {
        var writer = period.Writer ??= new PeriodWriter(period, _clock, _settings);
        if (period.TakeNearlyCopied())
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

        foreach (var completion in _ofPeriod)
        {
            writer.Complete(completion, now, _bounds.KeepsLog);
        }

        _settings.Committing?.Invoke();
        Commit(period, writer);
        Metrics?.Committed((appends ? _appends.Count : 0) + _ofPeriod.Count, TimeSpan.FromMicroseconds(_clock.Now() - now));
    }

    private void Commit(Period period, PeriodWriter writer)
    {
        var pages = writer.Commit();
        _settings.Committed?.Invoke();
        period.AddWaiting(period.IsCounted ? writer.Added : Math.Max(0, writer.Added), writer.AddedBySpace);
        period.AddPages(pages);
        period.Size = writer.CountPages() * Period.PageBytes;
        if (period.PagesToCheckpoint >= _settings.CheckpointPages)
        {
            _care();
        }

        if (period.Waiting == 0 && period.IsCounted && period != _periods.Current)
        {
            writer.Dispose();
            period.Writer = null;
        }
    }

    // What is stored, or needs no storing any more.
    private void Note(Period period, long now, bool appends)
    {
        if (appends)
        {
            period.Accepted(_clock.ToWall(now), now);
            _queues.Append(_appends);
        }

        if (_ofPeriod.Count > 0)
        {
            _queues.Complete(_ofPeriod);
            _completions.RemoveAll(completion => completion.Delivery.Period == period);
        }
    }

    // The transaction may have been made all the same, so the deliveries are counted anew.
    private void Abandon(Period period)
    {
        period.Writer?.Dispose();
        period.Writer = null;
        period.IsCounted = false;
        _care();
    }
}
