using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace EventGateway.Sqlite.Delivery;

/// <summary>
/// The periods of a store, oldest first. What is accepted goes to the last one; the one after it lies ready, so that
/// nobody waits when the last one is full. Safe for concurrent use.
/// </summary>
internal sealed class Periods
{
    private readonly string _directory;
    private readonly ILogger _logger;
    private volatile Period[] _all;
    private readonly ConcurrentQueue<Period> _removed = new();
    private volatile Period? _spare;

    private Periods(string directory, ILogger logger, Period[] all, Period? spare)
    {
        _directory = directory;
        _logger = logger;
        _all = all;
        _spare = spare;
    }

    /// <summary>All periods but the one that lies ready, oldest first.</summary>
    public IReadOnlyList<Period> All => _all;

    /// <summary>The period that takes what is accepted.</summary>
    public Period Current => _all[^1];

    /// <summary>Whether the next period lies ready.</summary>
    public bool HasSpare => _spare is not null;

    /// <summary>Opens what is in a directory; makes the first period where there is none.</summary>
    /// <exception cref="IOException">The disk is full or fails, or a file is damaged, of a newer version or another program's.</exception>
    public static Periods Open(string directory, ILogger logger)
    {
        var found = new List<Period>();
        foreach (var path in Directory.EnumerateFiles(directory, "*.db"))
        {
            if (long.TryParse(Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                found.Add(new Period(number, path));
            }
        }

        found.Sort(static (left, right) => left.Number.CompareTo(right.Number));
        if (found.Count == 0)
        {
            found.Add(new Period(1, PathOf(directory, 1)));
        }

        foreach (var period in found)
        {
            try
            {
                period.Open(logger);
            }
            catch (SqliteException exception)
            {
                throw new IOException($"The delivery store's file '{period.File.Path}' cannot be opened: {exception.Message}", exception);
            }
        }

        // The last one may not have been begun.
        Period? spare = null;
        if (found.Count > 1 && !found[^1].HasEvents)
        {
            spare = found[^1];
            found.RemoveAt(found.Count - 1);
        }

        return new Periods(directory, logger, [.. found], spare);
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

        var number = Current.Number + 1;
        var spare = new Period(number, PathOf(_directory, number));
        spare.Open(_logger);
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

    /// <summary>Deletes the files of the periods that were taken off.</summary>
    public void DeleteRemoved()
    {
        while (_removed.TryDequeue(out var period))
        {
            period.Dispose();
            period.File.Delete();
        }
    }

    /// <summary>Closes all files; the writer's thread has ended.</summary>
    public void Close()
    {
        foreach (var period in _all)
        {
            period.Dispose();
        }

        DeleteRemoved();
        _spare?.Dispose();
    }

    private static string PathOf(string directory, long number) =>
        Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $"{number}.db"));
}
