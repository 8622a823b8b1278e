using System.Collections.Concurrent;
using System.Globalization;
using EventGateway.Stores.Sqlite.Database;
using Microsoft.Data.Sqlite;

namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>
/// The periods of a store, oldest first. What is accepted goes to the last one; the one after it lies ready, so that
/// nobody waits when the last one is full. Safe for concurrent use.
/// </summary>
internal sealed class Periods
{
    private readonly StoreFiles _files;
    private volatile Period[] _all;
    private readonly ConcurrentQueue<Period> _removed = new();
    private volatile Period? _spare;
    private readonly Action _damageFound;
    private long _last;

    private Periods(StoreFiles files, Action damageFound, Period[] all, Period? spare)
    {
        _files = files;
        _damageFound = damageFound;
        _last = Math.Max(files.LastPeriod(), all[^1].Number);
        _all = all;
        _spare = spare;
        foreach (var period in all)
        {
            period.Damage.Found = damageFound;
        }

        if (spare is not null)
        {
            spare.Damage.Found = damageFound;
        }
    }

    /// <summary>All periods but the one that lies ready, oldest first.</summary>
    public IReadOnlyList<Period> All => _all;

    /// <summary>The period that takes what is accepted.</summary>
    public Period Current => _all[^1];

    /// <summary>Whether the next period lies ready.</summary>
    public bool HasSpare => _spare is not null;

    /// <summary>Opens what is in a directory; makes a period when there is none.</summary>
    /// <param name="files">Says which files can be used.</param>
    /// <param name="damageFound">Called when a file is found damaged later on.</param>
    /// <exception cref="IOException">The disk is full or fails, or a file is damaged, of a newer version or another program's.</exception>
    public static Periods Open(StoreFiles files, Action damageFound)
    {
        var found = new List<Period>();
        foreach (var path in Directory.EnumerateFiles(files.Directory, "*.db"))
        {
            if (Manifest.NumberOf(Path.GetFileName(path)) is { } number)
            {
                found.Add(new Period(number, path));
            }
        }

        found.Sort(static (left, right) => left.Number.CompareTo(right.Number));
        found.RemoveAll(period => !TryOpen(period, files));
        if (found.Count == 0)
        {
            var number = files.LastPeriod() + 1;
            var first = new Period(number, PathOf(files.Directory, number));
            TryOpen(first, files);
            found.Add(first);
        }

        // The last one may not have been begun.
        Period? spare = null;
        if (found.Count > 1 && !found[^1].HasEvents)
        {
            spare = found[^1];
            found.RemoveAt(found.Count - 1);
        }

        return new Periods(files, damageFound, [.. found], spare);
    }

    /// <summary>The bytes of the files that hold deliveries that wait.</summary>
    public long BacklogBytes
    {
        get
        {
            var bytes = 0L;
            foreach (var period in _all)
            {
                bytes += period.Waiting > 0 ? period.Size : 0;
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
            foreach (var period in _all)
            {
                waiting += period.Waiting;
            }

            return waiting;
        }
    }

    /// <summary>Makes the next period; it lies ready until it is begun.</summary>
    public void PrepareSpare()
    {
        if (_spare is not null)
        {
            return;
        }

        var number = _last + 1;
        var spare = new Period(number, PathOf(_files.Directory, number));
        spare.Damage.Found = _damageFound;
        spare.Open(_files);
        _files.Add(spare.File);
        _last = number;
        _spare = spare;
    }

    /// <summary>Begins the next period where it lies ready. Only for the writer's thread.</summary>
    /// <returns>Whether it did.</returns>
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

    /// <summary>Takes a period off whose file is to be deleted; not the last one. Only for the writer's thread.</summary>
    public void Remove(Period period)
    {
        period.IsRemoved = true;
        period.Writer?.Dispose();
        period.Writer = null;
        _all = [.. _all.Where(other => other != period)];
        _removed.Enqueue(period);
    }

    /// <summary>Puts what can be read of damaged files in their place, those that the writer has released.</summary>
    /// <param name="queues">Take the rows that wait in the mended files.</param>
    /// <returns>Whether there were any.</returns>
    public bool Mend(QueueTable queues)
    {
        var mended = false;
        foreach (var period in _all)
        {
            if (period.Damage is { IsSet: true, IsReleased: true })
            {
                period.Mend(_files, queues);
                mended = true;
            }
        }

        return mended;
    }

    /// <summary>Finds the highest number of a row. Reads all files.</summary>
    public long FindLastNumber() => _all.Max(static period => period.FindLastNumber());

    /// <summary>Deletes the files of the periods that were taken off.</summary>
    public void DeleteRemoved()
    {
        while (_removed.TryPeek(out var period))
        {
            period.Dispose();
            _files.Delete(period.File);
            _removed.TryDequeue(out _);
        }
    }

    /// <summary>Closes all files; the writer's thread has ended.</summary>
    public void Close()
    {
        foreach (var period in _all)
        {
            period.Dispose();
        }

        try
        {
            DeleteRemoved();
        }
        catch (IOException)
        {
            // The disk is full. Nothing waits in these files, so the next start deletes them.
        }

        _spare?.Dispose();
    }

    // Returns false when the file was set aside.
    private static bool TryOpen(Period period, StoreFiles files)
    {
        try
        {
            if (!files.Check(period.File))
            {
                return false;
            }

            Open(period, files);
            return true;
        }
        catch (SqliteException exception)
        {
            throw new IOException($"The delivery store's file '{period.File.Path}' cannot be opened: {exception.Message}", exception);
        }
    }

    private static void Open(Period period, StoreFiles files)
    {
        try
        {
            period.Open(files);
            period.ListWaiting();
            period.TryCloseReader();
        }
        catch (SqliteException exception) when (period.Damage.TryReport(exception))
        {
            period.Mend(files);
        }

        files.Add(period.File);
    }

    private static string PathOf(string directory, long number) =>
        Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $"{number}.db"));
}
