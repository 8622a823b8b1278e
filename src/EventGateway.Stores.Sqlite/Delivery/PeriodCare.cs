namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>
/// Does in the background what would make the writer wait: makes the next period, copies logs into databases, deletes files.
/// </summary>
internal sealed class PeriodCare : IAsyncDisposable
{
    private static readonly TimeSpan _again = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _wake = new(1);
    private readonly CancellationTokenSource _stop = new();
    private readonly Periods _periods;
    private readonly QueueTable _queues;
    private readonly DeliveryStoreSettings _settings;
    private readonly OpenReaders _readers;
    private readonly FailureLog _failures;
    private readonly DeadLetters _deadLetters;
    private readonly Action _mended;
    private readonly Task _run;

    public PeriodCare(
        Periods periods, QueueTable queues, DeadLetters deadLetters, DeliveryStoreSettings settings, OpenReaders readers, FailureLog failures, Action mended)
    {
        _periods = periods;
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
            await ((Task)_wake.WaitAsync(_again, _stop.Token)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_stop.IsCancellationRequested)
            {
                return;
            }

            Tend();
        }
    }

    // What makes room on a full disk comes first, and each step is on its own.
    private void Tend()
    {
        Try(_readers.CloseIdle);
        Try(_periods.DeleteRemoved);
        Try(_periods.PrepareSpare);
        Try(Mend);
        foreach (var period in _periods.All)
        {
            if (period.Damage.IsSet)
            {
                continue;
            }

            // The log of the current file is used over and over. The others would keep theirs, several times their own size.
            if (period == _periods.Current ? period.PagesToCheckpoint >= _settings.CheckpointPages : period.PagesToCheckpoint > 0 || period.LogPages > 0)
            {
                Try(() => period.Checkpoint(shorten: period != _periods.Current));
            }
        }
    }

    private void Mend()
    {
        var mended = _periods.Mend(_queues);
        if (_deadLetters.Damage is { IsSet: true, IsReleased: true })
        {
            _deadLetters.Mend();
            mended = true;
        }

        if (mended || (_periods.Current.Damage.IsSet && _periods.HasSpare))
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
