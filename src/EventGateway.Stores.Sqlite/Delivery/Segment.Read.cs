using EventGateway.Abstractions.Delivery;
using Microsoft.Data.Sqlite;

namespace EventGateway.Stores.Sqlite.Delivery;

// Reads deliveries and the event log.
internal sealed partial class Segment
{
    /// <summary>Reads deliveries.</summary>
    /// <returns>The position of the first delivery that was not read. Null when there are no more.</returns>
    public async ValueTask<QueuePosition?> ReadAsync(
        SubscriptionKey subscription, ReadRange range, List<SqliteDelivery> into, CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken);
        try
        {
            return _closed ? null : Reader().Read(subscription, range, into);
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <summary>Reads events, on a connection and a thread of its own, because a search may take long.</summary>
    /// <returns>The result. The default value when the file is closed.</returns>
    /// <exception cref="DamagedFileException">The file is damaged and is not repaired yet.</exception>
    /// <exception cref="IOException">The file cannot be read now.</exception>
    public async ValueTask<T?> ReadLogAsync<T>(Func<EventLogReader, T> read, CancellationToken cancellationToken)
    {
        ThrowIfDamaged();
        await _readingLog.WaitAsync(cancellationToken);
        try
        {
            return await ReadAsideAsync(
                () =>
                {
                    using var reader = new EventLogReader(File);
                    return read(reader);
                },
                cancellationToken);
        }
        finally
        {
            _readingLog.Release();
        }
    }

    /// <summary>Reads deliveries for operators, on a connection and a thread of its own, so that no lease waits for it.</summary>
    /// <returns>The result. The default value when the file is closed.</returns>
    /// <exception cref="DamagedFileException">The file is damaged and is not repaired yet.</exception>
    /// <exception cref="IOException">The file cannot be read now.</exception>
    public async ValueTask<T?> ReadWaitingAsync<T>(Func<WaitingReader, T> read, CancellationToken cancellationToken)
    {
        ThrowIfDamaged();
        await _readingWaiting.WaitAsync(cancellationToken);
        try
        {
            return await ReadAsideAsync(
                () =>
                {
                    using var reader = new WaitingReader(this);
                    return read(reader);
                },
                cancellationToken);
        }
        finally
        {
            _readingWaiting.Release();
        }
    }

    /// <summary>Lists the subscriptions that have deliveries, and the first of each; for the opening of the store.</summary>
    public List<(SubscriptionKey Subscription, long Number, QueuePosition First)> ListWaiting()
    {
        var waiting = Reader().ListWaiting();
        var earlier = Reader().ListEarlierNumbers();
        foreach (var (subscription, number, _) in waiting)
        {
            if (earlier.Contains(number))
            {
                Drop(number, subscription.Space);
            }
        }

        waiting.RemoveAll(item => IsDropped(item.Number));
        return waiting;
    }

    /// <summary>Lists the keys of events whose windows have not ended, on a connection of its own.</summary>
    /// <param name="now">The store's time.</param>
    /// <exception cref="SqliteException">The file cannot be read now.</exception>
    public IEnumerable<(EventKey Key, long Until)> ListEventKeys(long now)
    {
        using var connection = File.OpenReader();
        foreach (var item in EventKeyRows.List(connection, now))
        {
            yield return item;
        }
    }

    /// <summary>Closes the connection that reads, unless it is in use. The next read opens it again.</summary>
    public void TryCloseReader()
    {
        if (_reading.Wait(0))
        {
            _reader?.Dispose();
            _reader = null;
            _reading.Release();
        }
    }

    /// <summary>Finds the highest number of a row. Reads the whole file.</summary>
    public long FindLastNumber()
    {
        using var reader = new SegmentReader(this);
        return reader.FindLastNumber();
    }

    /// <summary>Counts the deliveries that wait under numbers of a subscription.</summary>
    /// <exception cref="Microsoft.Data.Sqlite.SqliteException">The file cannot be read now.</exception>
    public async ValueTask<long> CountAsync(long number, CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken);
        try
        {
            if (_closed)
            {
                return 0;
            }

            // Not kept open, because it is rarely needed and costs descriptors.
            using var reader = new SegmentReader(this);
            return reader.Count(number);
        }
        finally
        {
            _reading.Release();
        }
    }

    private async ValueTask<T?> ReadAsideAsync<T>(Func<T> read, CancellationToken cancellationToken)
    {
        if (_closed)
        {
            return default;
        }

        ThrowIfDamaged();
        try
        {
            return await Task.Run(read, cancellationToken);
        }
        catch (SqliteException exception) when (Damage.TryReport(exception))
        {
            throw new DamagedFileException();
        }
        catch (SqliteException exception)
        {
            throw new IOException($"The delivery store cannot be read now: {exception.Message}", exception);
        }
    }

    private void ThrowIfDamaged()
    {
        if (Damage.IsSet && !_closed)
        {
            throw new DamagedFileException();
        }
    }

    private SegmentReader Reader() => _reader ??= new SegmentReader(this);
}
