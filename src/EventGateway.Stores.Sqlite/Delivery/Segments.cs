using System.Collections.Concurrent;
using System.Globalization;
using EventGateway.Stores.Sqlite.Database;
using Microsoft.Data.Sqlite;

namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>
/// The segments of a store, oldest first. Accepted events go to the last one. The next one is created ahead, so that
/// appends do not wait when the last one is full. Safe for concurrent use.
/// </summary>
internal sealed class Segments
{
    private readonly StoreFiles _files;
    private volatile Segment[] _all;
    private readonly ConcurrentQueue<Segment> _removed = new();
    private volatile Segment? _spare;
    private readonly Action _wakeWriter;
    private long _last;

    private Segments(StoreFiles files, Action wakeWriter, Segment[] all, Segment? spare)
    {
        _files = files;
        _wakeWriter = wakeWriter;
        _last = Math.Max(files.LastSegment(), all[^1].Number);
        _all = all;
        _spare = spare;
        foreach (var segment in all)
        {
            segment.Damage.Found = wakeWriter;
        }

        if (spare is not null)
        {
            spare.Damage.Found = wakeWriter;
        }
    }

    /// <summary>Called before the file of a segment is deleted. An exception leaves the file until the next round of the maintenance. Null means no call.</summary>
    public Action<Segment>? Deleting { get; set; }

    /// <summary>All segments that have begun, oldest first.</summary>
    public IReadOnlyList<Segment> All => _all;

    /// <summary>The segment that takes accepted events.</summary>
    public Segment Current => _all[^1];

    /// <summary>Whether the next segment is ready.</summary>
    public bool HasSpare => _spare is not null;

    /// <summary>Opens the segments of a directory. Creates one when there is none.</summary>
    /// <param name="files">Checks the files.</param>
    /// <param name="wakeWriter">Called when a file is found damaged later on.</param>
    /// <exception cref="IOException">The disk is full or fails, or a file is damaged, of a newer version or another program's.</exception>
    public static Segments Open(StoreFiles files, Action wakeWriter)
    {
        var found = new List<Segment>();
        foreach (var path in Directory.EnumerateFiles(files.Directory, "*.db"))
        {
            if (Manifest.NumberOf(Path.GetFileName(path)) is { } number)
            {
                found.Add(new Segment(number, path));
            }
        }

        found.Sort(static (left, right) => left.Number.CompareTo(right.Number));
        found.RemoveAll(segment => !TryOpen(segment, files));
        if (found.Count == 0)
        {
            var number = files.LastSegment() + 1;
            var first = new Segment(number, PathOf(files.Directory, number));
            TryOpen(first, files);
            found.Add(first);
        }

        // The last one may be the next segment, which has not begun.
        Segment? spare = null;
        if (found.Count > 1 && !found[^1].HasEvents)
        {
            spare = found[^1];
            found.RemoveAt(found.Count - 1);
        }

        return new Segments(files, wakeWriter, [.. found], spare);
    }

    /// <summary>The bytes of the files that hold deliveries that wait.</summary>
    public long BacklogBytes
    {
        get
        {
            var bytes = 0L;
            foreach (var segment in _all)
            {
                bytes += segment.Waiting > 0 ? segment.Size : 0;
            }

            return bytes;
        }
    }

    /// <summary>How many deliveries wait or are leased.</summary>
    public long Waiting
    {
        get
        {
            var waiting = 0L;
            foreach (var segment in _all)
            {
                waiting += segment.Waiting;
            }

            return waiting;
        }
    }

    /// <summary>Creates the next segment, if it is not ready.</summary>
    public void PrepareSpare()
    {
        if (_spare is not null)
        {
            return;
        }

        var number = _last + 1;
        var spare = new Segment(number, PathOf(_files.Directory, number));
        spare.Damage.Found = _wakeWriter;
        spare.Open(_files);
        _files.Add(spare.File);
        _last = number;
        _spare = spare;
    }

    /// <summary>Begins the next segment if it is ready. Must be called on the writer's thread.</summary>
    /// <returns>Whether it was ready.</returns>
    public bool TryBeginNext()
    {
        if (_spare is not { } spare)
        {
            return false;
        }

        _all = [.. _all, spare];
        _spare = null;
        return true;
    }

    /// <summary>Removes a segment, not the last one. The maintenance deletes its file. Must be called on the writer's thread.</summary>
    public void Remove(Segment segment)
    {
        segment.IsRemoved = true;
        segment.Writer?.Dispose();
        segment.Writer = null;
        _all = [.. _all.Where(other => other != segment)];
        _removed.Enqueue(segment);
    }

    /// <summary>Repairs the damaged files that the writer has released: replaces them by copies of their readable rows.</summary>
    /// <param name="queues">Receive the rows that wait in the repaired files.</param>
    /// <returns>Whether there were any.</returns>
    public bool Repair(QueueTable queues)
    {
        var repaired = false;
        foreach (var segment in _all)
        {
            if (segment.Damage is { IsSet: true, IsReleased: true })
            {
                segment.Repair(_files, queues);
                repaired = true;
            }
        }

        return repaired;
    }

    /// <summary>Finds the highest number of a row. Reads all files.</summary>
    public long FindLastNumber() => _all.Max(static segment => segment.FindLastNumber());

    /// <summary>Deletes the files of the segments that were taken off.</summary>
    public void DeleteRemoved()
    {
        while (_removed.TryPeek(out var segment))
        {
            Deleting?.Invoke(segment);
            segment.Dispose();
            ExpiredFile.Delete(segment.File, _files.Manifest);
            _removed.TryDequeue(out _);
        }
    }

    /// <summary>Closes all files; the writer's thread has ended.</summary>
    public void Close()
    {
        foreach (var segment in _all)
        {
            segment.Dispose();
        }

        try
        {
            DeleteRemoved();
        }
        catch (IOException)
        {
            // The disk is full. Nothing waits in these files, and the next start deletes them.
        }

        _spare?.Dispose();
    }

    // Returns false when the file was set aside.
    private static bool TryOpen(Segment segment, StoreFiles files)
    {
        try
        {
            if (!files.Check(segment.File))
            {
                return false;
            }

            Open(segment, files);
            return true;
        }
        catch (SqliteException exception)
        {
            throw new IOException($"The delivery store's file '{segment.File.Path}' cannot be opened: {exception.Message}", exception);
        }
    }

    private static void Open(Segment segment, StoreFiles files)
    {
        try
        {
            segment.Open(files);
            segment.ListWaiting();
            segment.TryCloseReader();
        }
        catch (SqliteException exception) when (segment.Damage.TryReport(exception))
        {
            segment.Repair(files);
        }

        files.Add(segment.File);
    }

    private static string PathOf(string directory, long number) =>
        Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $"{number}.db"));
}
