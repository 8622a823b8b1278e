using EventGateway.Abstractions.Delivery;
using EventGateway.CloudEvents;
using EventGateway.Stores.Sqlite.Database;
using Microsoft.Data.Sqlite;

namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>Reads dead letters. Not safe for concurrent use.</summary>
internal sealed class DeadLetterReader : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly Statement _list;

    public DeadLetterReader(DeliveryFile file)
    {
        _connection = file.OpenReader();
        _list = new Statement(
            _connection,
            """
            SELECT n, subscription, function, event, type, accepted, died, attempts, reason, status, format, body, error, checksum
            FROM dead_letters INDEXED BY dead_letters_of_space
            WHERE space = ?1 AND n <= ?2 AND n >= ?3 AND (?4 IS NULL OR subscription = ?4) AND (?5 IS NULL OR function = ?5)
                AND (?6 IS NULL OR type = ?6)
            ORDER BY n DESC
            """);
    }

    /// <summary>Reads dead letters, the newest first.</summary>
    /// <param name="from">The number of the newest one to read.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="bytes">Reading stops after this many bytes of events.</param>
    /// <param name="next">Where the next page begins. Null on the last page.</param>
    public List<(DeadLetter Letter, CloudEventFormat Format)> Read(DeadLetterFilter filter, long from, int limit, long bytes, out long? next)
    {
        next = null;
        var letters = new List<(DeadLetter, CloudEventFormat)>();
        var exact = filter.DeadLetterId is { } id ? DeadLetters.NumberOf(id) ?? 0 : (long?)null;
        _list.Bind(1, filter.Space).Bind(2, Math.Min(from, exact ?? long.MaxValue)).Bind(3, exact ?? 0)
            .Bind(4, filter.SubscriptionId).Bind(5, filter.FunctionId).Bind(6, filter.EventType);
        try
        {
            while (_list.Step())
            {
                if (letters.Count == limit || bytes <= 0)
                {
                    next = _list.Long(0);
                    break;
                }

                bytes -= _list.Length(11);
                letters.Add((ReadLetter(filter.Space), (CloudEventFormat)_list.Long(10)));
            }

            return letters;
        }
        finally
        {
            _list.Reset();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _list.Dispose();
        _connection.Dispose();
    }

    private DeadLetter ReadLetter(string space)
    {
        var (id, type, body) = (_list.Text(3), _list.Text(4), _list.Blob(11));
        return new DeadLetter
        {
            Id = DeadLetters.IdOf(_list.Long(0)),
            Subscription = new SubscriptionKey(space, _list.Text(1), _list.Text(2)),
            EventId = id,
            EventType = type,
            AcceptedAt = UnixMicroseconds.ToTime(_list.Long(5)),
            DiedAt = UnixMicroseconds.ToTime(_list.Long(6)),
            Attempts = (int)_list.Long(7),
            Reason = _list.Text(8),
            Status = (int?)_list.LongOrNull(9),
            Error = _list.TextOrNull(12),
            Event = body,
            IsDamaged = !EventChecksum.Matches(_list.Long(13), id, type, (CloudEventFormat)_list.Long(10), body),
        };
    }
}
