using System.Collections.Concurrent;

namespace EventGateway.Sqlite.Delivery;

internal sealed partial class Period
{
    private readonly ConcurrentDictionary<long, string> _dropped = new();
    private readonly ConcurrentQueue<(long Number, string Space)> _toDelete = new();

    /// <summary>Whether deliveries were dropped whose rows are still in the file.</summary>
    public bool HasDropped => !_toDelete.IsEmpty;

    /// <summary>Whether the deliveries that wait under a number of a subscription are dropped.</summary>
    public bool IsDropped(long number) => _dropped.ContainsKey(number);

    /// <summary>Notes that the deliveries that wait under a number of a subscription are dropped.</summary>
    /// <param name="number">The number.</param>
    /// <param name="space">The space of the subscription.</param>
    public void Drop(long number, string space)
    {
        if (_dropped.TryAdd(number, space))
        {
            _toDelete.Enqueue((number, space));
        }
    }

    /// <summary>Deletes rows of dropped deliveries. Only for the writer's thread.</summary>
    /// <param name="delete">Deletes some rows of a number, and returns whether there may be more.</param>
    public void DeleteDropped(Func<string, long, bool> delete)
    {
        if (_toDelete.TryPeek(out var first) && !delete(first.Space, first.Number))
        {
            _toDelete.TryDequeue(out _);
        }
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

            // Rarely asked for: a connection that stays open would cost descriptors.
            using var reader = new PeriodReader(this);
            return reader.Count(number);
        }
        finally
        {
            _reading.Release();
        }
    }
}
