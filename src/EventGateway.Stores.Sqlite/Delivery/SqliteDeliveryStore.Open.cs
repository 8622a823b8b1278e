using EventGateway.Abstractions;
using EventGateway.Stores.Sqlite.Database;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace EventGateway.Stores.Sqlite.Delivery;

// Opens the store: checks the files, restores the clock and the queues, and starts the writer and the maintenance.
public sealed partial class SqliteDeliveryStore
{
    // The bits of a row's number that count rows of one opening. The bits above count the openings.
    internal const int BitsOfNumber = 40;

    // The longest wait before an attempt that a policy or a Retry-After header may ask for.
    private static readonly TimeSpan MaxWait = TimeSpan.FromHours(24);

    private SqliteDeliveryStore(
        StoreFiles files, SqliteDeliveryOptions options, TimeProvider timeProvider, ILogger logger, DeliveryStoreSettings settings)
    {
        _files = files;
        _options = options;
        _timeProvider = timeProvider;
        _steady = SteadyTimeProvider.Of(timeProvider);
        _queues = new QueueTable(settings);
        _operations = new OperationQueue(settings);
        _damagedEvents = new DamagedEvents(files);
        _deadLetters = new DeadLetters(files.Directory, _operations, timeProvider, _damagedEvents);
        var (opened, earliest) = _deadLetters.Open(files);
        var failures = new FailureLog(files.Directory, logger, timeProvider);
        _small = new SmallFile(Path.Combine(files.Directory, "replays.db"), ReplaySchema.Schema);
        _small.Open(files);
        _replays = new ReplayTable(_small);
        _failures = new FailureTable(_small);
        _segments = Segments.Open(files, _operations.Wake);
        _clock = new StoreClock(timeProvider, CountOpenings(opened) << BitsOfNumber, earliest);
        _deadLetters.Damage.Found = _operations.Wake;
        files.Manifest.NoteUse(Manifest.Deliveries);
        RestoreTimes();
        foreach (var segment in _segments.All)
        {
            if (segment.Waiting > 0)
            {
                CorrectDueTimes(segment, failures);
                foreach (var (subscription, number, first) in segment.ListWaiting())
                {
                    _queues.Restore(subscription, segment, number, first);
                }

                segment.TryCloseReader();
            }
        }

        var bounds = new SegmentBounds(options, settings);
        _log = new EventLog(_segments, bounds, _clock, _damagedEvents);
        _waiting = new WaitingDeliveries(_segments, _queues, _operations, _clock, settings);
        _backlog = new BacklogReader(_segments, timeProvider);
        _readers = new OpenReaders(settings.OpenFiles, timeProvider);
        _maintenance = new StoreMaintenance(_segments, _queues, _deadLetters, settings, _readers, failures, _operations.Wake);
        _check = new BackgroundCheck(ListUnchecked());
        _segmentWriters = new SegmentWriters(_segments, _clock, settings, failures, _maintenance.Wake);
        var keys = new EventKeyTable(options.DedupKeys, _clock);
        var kept = new KeptEventKeys(_small, options.DedupKeys, _clock);
        keys.Load(kept.List(), _segments.All);
        _segments.Deleting = kept.Take;
        var group = new GroupWriter(_segments, _segmentWriters, _queues, _clock, keys, options.KeepsLog, settings);
        _writer = new StoreWriter(
            _operations,
            group,
            new PendingDeadLetters(_deadLetters, _clock, settings, failures, _maintenance.Wake),
            new DropWriter(_segments, _segmentWriters, _queues, _clock, options.KeepsLog),
            new RetryWriter(_segmentWriters, group, _queues, _clock),
            new SegmentRotation(_segments, _segmentWriters, bounds, _clock, failures, _maintenance.Wake),
            _segmentWriters,
            settings.FailureDelay);
    }

    /// <summary>Opens the store in a directory, creating missing files. Deliveries from before still wait.</summary>
    /// <param name="directory">The data directory, which the caller has locked; the files are in <c>deliveries</c> in it.</param>
    /// <param name="options">How long and how much to keep.</param>
    /// <param name="logger">Receives failures and damage.</param>
    /// <param name="cancellationToken">Cancels the opening before it begins.</param>
    /// <exception cref="IOException">The disk is full or fails, or a file is damaged or belongs to another program.</exception>
    public static ValueTask<SqliteDeliveryStore> OpenAsync(
        string directory, SqliteDeliveryOptions options, TimeProvider timeProvider, ILogger logger, CancellationToken cancellationToken) =>
        OpenAsync(directory, options, timeProvider, logger, new DeliveryStoreSettings { QueueBytes = options?.MemoryBytes ?? 0, ReadyBytes = options?.MemoryBytes ?? 0 }, cancellationToken);

    internal static async ValueTask<SqliteDeliveryStore> OpenAsync(
        string directory,
        SqliteDeliveryOptions options,
        TimeProvider timeProvider,
        ILogger logger,
        DeliveryStoreSettings settings,
        CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(timeProvider);
        ArgumentNullException.ThrowIfNull(logger);

        // SQLite blocks while it reads the disk. At opening that takes too long for the caller's thread.
        return await Task.Run(
            () =>
            {
                var root = Path.GetFullPath(directory);
                var deliveries = Path.Combine(root, Manifest.Deliveries);
                try
                {
                    DurableFile.CreateDirectory(deliveries);
                    NewDatabase.DeleteIncomplete(deliveries);
                    var files = StoreFiles.Open(root, options, settings.CheckBytes, timeProvider, logger);
                    return new SqliteDeliveryStore(files, options, timeProvider, logger, settings);
                }
                catch (Exception exception) when (exception is SqliteException or UnauthorizedAccessException)
                {
                    throw new IOException($"The delivery store '{deliveries}' cannot be opened: {exception.Message}", exception);
                }
            },
            cancellationToken);
    }

    private List<(DeliveryFile File, DamageMark Damage)> ListUnchecked()
    {
        var list = _segments.All.Where(static segment => !segment.IsChecked).Select(static segment => (segment.File, segment.Damage)).ToList();
        if (!_deadLetters.IsChecked)
        {
            list.Add((_deadLetters.File, _deadLetters.Damage));
        }

        return list;
    }

    // Newest first, because no event of a file was accepted after the first one of the next file.
    private void RestoreTimes()
    {
        var latest = UnixMicroseconds.Of(_steady.GetUtcNow());
        foreach (var segment in _segments.All.Reverse())
        {
            segment.Restore(latest, _clock);
            latest = segment.HasEvents ? Math.Min(latest, segment.FirstAccepted) : latest;
        }
    }

    // The store opens even if the disk is full. Deliveries that are due too late then wait until they are due.
    private void CorrectDueTimes(Segment segment, FailureLog failures)
    {
        try
        {
            segment.CorrectDueTimes(_clock.Now(), MaxWait.Ticks / TimeSpan.TicksPerMicrosecond);
        }
        catch (SqliteException exception) when (!segment.Damage.TryReport(exception))
        {
            failures.Report(exception);
        }
        catch (SqliteException)
        {
            // The damage is reported, and the file is repaired once the store is open.
        }
    }

    // The numbers of rows grow from one opening to the next. A new file of dead letters does not know those of older segments.
    private long CountOpenings(long opened)
    {
        if (opened > 1 || !_segments.All.Any(static segment => segment.HasEvents))
        {
            return opened;
        }

        opened = (_segments.FindLastNumber() >> BitsOfNumber) + 1;
        _deadLetters.SetOpened(opened);
        return opened;
    }
}
