namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>
/// Does in the background what would make the writer wait: makes the next segment, copies logs into databases, deletes files.
/// </summary>
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
    private readonly Action _mended;
    private readonly Task _run;

    public StoreMaintenance(
        Segments segments, QueueTable queues, DeadLetters deadLetters, DeliveryStoreSettings settings, OpenReaders readers, FailureLog failures, Action mended)
    {
        _segments = segments;
        _queues = queues;
        _deadLetters = deadLetters;
        _mended = mended;
        _settings = settings;
        _readers = readers;
        _failures = failures;
        _run = Task.Factory.StartNew(RunAsync, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
    }

    /// <summary>Says that there is something to do.</summary>
    public void Wake()
    {
        if (_wake.CurrentCount == 0)
        {
            _wake.Release();
        }
    }

    /// <summary>Ends what it does.</summary>
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
            // What failed is tried again without being asked for.
            await ((Task)_wake.WaitAsync(Interval, _stop.Token)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_stop.IsCancellationRequested)
            {
                return;
            }

            RunSteps();
        }
    }

    // What makes room on a full disk comes first, and each step is on its own.
    private void RunSteps()
    {
        Try(_readers.CloseIdle);
        Try(_segments.DeleteRemoved);
        Try(_segments.PrepareSpare);
        Try(Mend);
        foreach (var segment in _segments.All)
        {
            if (segment.Damage.IsSet)
            {
                continue;
            }

            // The log of the current file is used over and over. The others would keep theirs, several times their own size.
            if (segment == _segments.Current ? segment.PagesToCheckpoint >= _settings.CheckpointPages : segment.PagesToCheckpoint > 0 || segment.LogPages > 0)
            {
                Try(() => segment.Checkpoint(shorten: segment != _segments.Current));
            }
        }
    }

    private void Mend()
    {
        var mended = _segments.Mend(_queues);
        if (_deadLetters.Damage is { IsSet: true, IsReleased: true })
        {
            _deadLetters.Mend();
            mended = true;
        }

        if (mended || (_segments.Current.Damage.IsSet && _segments.HasSpare))
        {
            _mended();
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
            // It is tried again with whatever comes next.
            _failures.Report(exception);
        }
    }
}
