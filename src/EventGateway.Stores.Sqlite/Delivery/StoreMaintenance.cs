namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>Does slow work in the background, so that the writer need not wait for it. Runs every 30 s, and when it is woken.</summary>
/// <remarks>
/// The steps of a round. Each one is tried even if an earlier one failed, and those that make room on a full disk come first:
/// <list type="number">
/// <item>Close files that were not read for a while.</item>
/// <item>Delete the files of removed segments.</item>
/// <item>Create the next segment, so that appends do not wait for it when the current one is full.</item>
/// <item>Repair damaged files that the writer has closed, and wake the writer.</item>
/// <item>Copy the write-ahead logs into their databases (checkpoint).</item>
/// </list>
/// </remarks>
internal sealed class StoreMaintenance : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _wake = new(1);
    private readonly CancellationTokenSource _stop = new();
    private readonly Segments _segments;
    private readonly QueueTable _queues;
    private readonly DeliveryStoreSettings _settings;
    private readonly OpenReaders _readers;
    private readonly FailureLog _failures;
    private readonly DeadLetters _deadLetters;
    private readonly Action _wakeWriter;
    private readonly Task _run;

    public StoreMaintenance(
        Segments segments, QueueTable queues, DeadLetters deadLetters, DeliveryStoreSettings settings, OpenReaders readers, FailureLog failures, Action wakeWriter)
    {
        _segments = segments;
        _queues = queues;
        _deadLetters = deadLetters;
        _wakeWriter = wakeWriter;
        _settings = settings;
        _readers = readers;
        _failures = failures;
        _run = Task.Factory.StartNew(RunAsync, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
    }

    /// <summary>Starts a round now.</summary>
    public void Wake()
    {
        if (_wake.CurrentCount == 0)
        {
            _wake.Release();
        }
    }

    /// <summary>Stops after the round that runs.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run;
        _stop.Dispose();
        _wake.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            await ((Task)_wake.WaitAsync(Interval, _stop.Token)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_stop.IsCancellationRequested)
            {
                return;
            }

            RunSteps();
        }
    }

    private void RunSteps()
    {
        Try(_readers.CloseIdle);
        Try(_segments.DeleteRemoved);
        Try(_segments.PrepareSpare);
        Try(Repair);
        foreach (var segment in _segments.All)
        {
            if (segment.Damage.IsSet)
            {
                continue;
            }

            // SQLite reuses the log of the current file. The other files would keep theirs, several times their own size.
            if (segment == _segments.Current ? segment.PagesToCheckpoint >= _settings.CheckpointPages : segment.PagesToCheckpoint > 0 || segment.LogPages > 0)
            {
                Try(() => segment.Checkpoint(shorten: segment != _segments.Current));
            }
        }
    }

    private void Repair()
    {
        var repaired = _segments.Repair(_queues);
        if (_deadLetters.Damage is { IsSet: true, IsReleased: true })
        {
            _deadLetters.Repair();
            repaired = true;
        }

        if (repaired || (_segments.Current.Damage.IsSet && _segments.HasSpare))
        {
            _wakeWriter();
        }
    }

    private void Try(Action step)
    {
        try
        {
            step();
        }
        catch (Exception exception)
        {
            // The next round tries again.
            _failures.Report(exception);
        }
    }
}
