using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;

namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>A file with the events that were accepted in a span of time, their deliveries and the attempts.</summary>
internal sealed partial class Segment(long number, string path) : IDisposable
{
    private readonly SemaphoreSlim _reading = new(1);
    private readonly SemaphoreSlim _readingLog = new(1);
    private readonly SemaphoreSlim _readingWaiting = new(1);
    private readonly Dictionary<string, long> _spaces = new(StringComparer.Ordinal);
    private SegmentReader? _reader;
    private long _waiting;
    private long _size;
    private long _firstAccepted;
    private long _lastAccepted;
    private long _firstSince;
    private long _lastSince;
    private int _pagesToCheckpoint;
    private int _logPages;
    private volatile bool _isCounted = true;
    private volatile bool _closed;
    private volatile bool _isNearlyCopied;

    /// <summary>The number of the segment. Newer segments have higher numbers.</summary>
    public long Number => number;

    /// <summary>The file.</summary>
    public DeliveryFile File { get; } = new(path, SegmentSchema.Schema);

    /// <summary>Writes to the file. Must be used on the writer's thread. Null while it is closed.</summary>
    public SegmentWriter? Writer { get; set; }

    /// <summary>Whether the file was found damaged while it was in use.</summary>
    public DamageMark Damage { get; } = new();

    /// <summary>Whether every page of the file was checked when it was opened.</summary>
    public bool IsChecked { get; private set; }

    /// <summary>How many deliveries wait or are leased. At least 1 when there are any and they have not been counted.</summary>
    public long Waiting
    {
        get => Interlocked.Read(ref _waiting);
        private set => Interlocked.Exchange(ref _waiting, value);
    }

    /// <summary>Whether <see cref="Waiting"/> is exact. False after an opening or a failure, until the deliveries are counted.</summary>
    public bool IsCounted
    {
        get => _isCounted;
        set => _isCounted = value;
    }

    /// <summary>The ids of its events. Null until the first search for an id after the segment ended.</summary>
    public IdFilter? Ids { get; set; }

    /// <summary>Whether the file is or will be deleted. Nothing waits in it, and it must not be written to.</summary>
    public bool IsRemoved { get; set; }

    /// <summary>Whether anything was accepted in the segment.</summary>
    public bool HasEvents => FirstAccepted > 0;

    /// <summary>How far the wall clock was ahead for its events.</summary>
    public ClockSteps Steps { get; } = new();

    /// <summary>When its first event was accepted, in the store's time. 0 when it has none.</summary>
    public long FirstSince => Interlocked.Read(ref _firstSince);

    /// <summary>When its last event was accepted, in the store's time. 0 when it has none.</summary>
    public long LastSince => Interlocked.Read(ref _lastSince);

    /// <summary>The earliest time at which an event was accepted, by the wall clock, in microseconds since 1970. 0 when it has none.</summary>
    public long FirstAccepted => Interlocked.Read(ref _firstAccepted);

    /// <summary>The latest time at which an event was accepted, by the wall clock, in microseconds since 1970. 0 when it has none.</summary>
    public long LastAccepted => Interlocked.Read(ref _lastAccepted);

    /// <summary>The bytes of the file, roughly.</summary>
    public long Size
    {
        get => Interlocked.Read(ref _size);
        set => Interlocked.Exchange(ref _size, value);
    }

    /// <summary>How many pages were written since the last checkpoint.</summary>
    public int PagesToCheckpoint => Volatile.Read(ref _pagesToCheckpoint);

    /// <summary>How many pages the log had at the last checkpoint.</summary>
    public int LogPages => Volatile.Read(ref _logPages);

    /// <summary>Opens or creates the file, and reads its state.</summary>
    public void Open(StoreFiles files)
    {
        File.Prepare(files.Logger);
        IsChecked = files.IsChecked(File);
        Size = File.Size;
        var (first, last, waits) = Reader().Summarize();
        _firstAccepted = first;
        _lastAccepted = last;
        Waiting = waits ? 1 : 0;
        IsCounted = !waits;

        // The process may not be able to keep all files open.
        TryCloseReader();
    }

    /// <summary>Repairs the damaged file, which the writer has released: replaces it by a copy of its readable rows.</summary>
    /// <param name="files">Repairs the file.</param>
    /// <param name="queues">Receive the rows that wait in the repaired file. Null while the store is opened.</param>
    /// <exception cref="SqliteException">The disk is full or fails; call it again.</exception>
    /// <exception cref="IOException">The disk is full or fails; call it again.</exception>
    public void Repair(StoreFiles files, QueueTable? queues = null)
    {
        _readingLog.Wait();
        _readingWaiting.Wait();
        _reading.Wait();
        try
        {
            _reader?.Dispose();
            _reader = null;
            if (_closed)
            {
                return;
            }

            files.Repair(File, Damage.Reason ?? "", queues?.ListNumbers(this));
            lock (_spaces)
            {
                _spaces.Clear();
            }

            Ids = null;
            Open(files);
            files.Add(File);
            EndDamage(queues);
        }
        finally
        {
            _reader?.Dispose();
            _reader = null;
            _reading.Release();
            _readingWaiting.Release();
            _readingLog.Release();
        }
    }

    /// <summary>Changes the number of deliveries.</summary>
    /// <param name="count">The difference.</param>
    /// <param name="spaces">The difference in each space.</param>
    public void AddWaiting(long count, Dictionary<string, long> spaces)
    {
        Interlocked.Add(ref _waiting, count);
        lock (_spaces)
        {
            foreach (var (space, added) in spaces)
            {
                ref var waiting = ref CollectionsMarshal.GetValueRefOrAddDefault(_spaces, space, out _);
                waiting += added;
                if (waiting == 0)
                {
                    _spaces.Remove(space);
                }
            }
        }
    }

    /// <summary>How many deliveries wait or are leased in each space that has any; of those that have been counted.</summary>
    public KeyValuePair<string, long>[] ListWaitingBySpace()
    {
        lock (_spaces)
        {
            return [.. _spaces.Where(static space => space.Value > 0)];
        }
    }

    /// <summary>Counts the deliveries. Must be called on the writer's thread, between transactions.</summary>
    public void CountWaiting()
    {
        using var reader = new SegmentReader(this);
        var counted = reader.CountWaiting();
        lock (_spaces)
        {
            _spaces.Clear();
            foreach (var (space, deliveries) in counted)
            {
                _spaces.Add(space, deliveries);
            }
        }

        Waiting = counted.Sum(static space => space.Deliveries);
        IsCounted = true;
    }

    /// <summary>Notes that events were accepted. Must be called on the writer's thread.</summary>
    /// <param name="time">The time of the wall clock.</param>
    /// <param name="since">The store's time.</param>
    public void Accepted(long time, long since)
    {
        Interlocked.Exchange(ref _firstAccepted, HasEvents ? Math.Min(FirstAccepted, time) : time);
        Interlocked.Exchange(ref _lastAccepted, Math.Max(LastAccepted, time));
        Interlocked.CompareExchange(ref _firstSince, since, 0);
        Interlocked.Exchange(ref _lastSince, since);
    }

    /// <summary>
    /// Limits the times of events from before the opening to the latest possible ones. Later times come from a clock that was
    /// ahead, and would keep the file for too long.
    /// </summary>
    /// <param name="latest">The latest time at which its last event can have been accepted, in microseconds since 1970.</param>
    /// <param name="clock">The store's clock.</param>
    public void Restore(long latest, StoreClock clock)
    {
        Steps.SetLatest(latest);
        if (HasEvents)
        {
            _lastSince = clock.FromSteady(Math.Min(LastAccepted, latest));
            _firstSince = Math.Min(_lastSince, clock.FromSteady(FirstAccepted));
        }
    }

    /// <summary>Makes deliveries due now that are due later than any wait allows. For the opening of the store.</summary>
    /// <param name="now">The store's time.</param>
    /// <param name="maxWait">The longest wait before an attempt, in microseconds.</param>
    public void CorrectDueTimes(long now, long maxWait)
    {
        if (Reader().HasMisdated(now, maxWait))
        {
            using var connection = File.OpenWriter();
            SegmentReader.Correct(connection, now, maxWait);
        }
    }

    /// <summary>Changes the number of pages that a checkpoint has to copy.</summary>
    public void AddPages(int count) => Interlocked.Add(ref _pagesToCheckpoint, count);

    /// <summary>Copies the write-ahead log into the database, without blocking readers or the writer.</summary>
    /// <param name="shorten">Whether to empty the log then.</param>
    public void Checkpoint(bool shorten)
    {
        Interlocked.Exchange(ref _pagesToCheckpoint, 0);
        Volatile.Write(ref _logPages, File.Checkpoint(shorten));
        _isNearlyCopied = true;
    }

    /// <summary>Returns true once after each checkpoint: the log then has only the few pages that were written meanwhile.</summary>
    public bool TakeNearlyCopied()
    {
        var isNearlyCopied = _isNearlyCopied;
        _isNearlyCopied = false;
        return isNearlyCopied;
    }

    /// <summary>Closes the connections; the writer's thread has ended, or is done with the segment.</summary>
    public void Dispose()
    {
        _readingLog.Wait();
        _readingWaiting.Wait();
        _reading.Wait();
        _closed = true;
        _reader?.Dispose();
        _reader = null;
        Writer?.Dispose();
        Writer = null;
        _reading.Release();
        _readingWaiting.Release();
        _readingLog.Release();
    }
}
