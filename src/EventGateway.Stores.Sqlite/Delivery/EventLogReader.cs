using EventGateway.Abstractions.Delivery;
using EventGateway.Abstractions.Resources;
using EventGateway.CloudEvents;
using EventGateway.Stores.Sqlite.Database;
using Microsoft.Data.Sqlite;

namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>Reads the events of a segment with their deliveries, in one transaction. Not safe for concurrent use.</summary>
internal sealed class EventLogReader : IDisposable
{
    private const string Events = "SELECT n, id, type, source, time, accepted, cause FROM events";

    private readonly SqliteConnection _connection;

    public EventLogReader(DeliveryFile file)
    {
        _connection = file.OpenReader();
        Sql.Execute(_connection, "BEGIN");
    }

    /// <summary>Lists events, the newest first.</summary>
    /// <param name="from">The number of the newest one to list.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="into">Receives them.</param>
    /// <returns>The number of the next event. Null when there are no more.</returns>
    public long? List(EventFilter filter, long from, int limit, List<EventSummary> into)
    {
        using var list = Prepare(
            $"""
            {Events} WHERE n <= ?1 AND space = ?2 AND cause = {(int)DeliveryCause.Accepted} AND (?3 IS NULL OR type = ?3) AND (?4 IS NULL OR source = ?4) AND (?5 IS NULL OR id = ?5)
                AND accepted >= ?6 AND accepted < ?7
            ORDER BY n DESC
            """);
        list.Bind(1, from).Bind(2, filter.Space).Bind(3, filter.Type).Bind(4, filter.Source).Bind(5, filter.Id)
            .Bind(6, filter.From is { } first ? UnixMicroseconds.Of(first) : long.MinValue)
            .Bind(7, filter.To is { } last ? UnixMicroseconds.Of(last) : long.MaxValue);
        while (list.Step())
        {
            if (into.Count >= limit)
            {
                return list.Long(0);
            }

            into.Add(ReadSummary(list, filter.Space));
        }

        return null;
    }

    /// <summary>Reads events, the oldest first.</summary>
    /// <param name="from">The number of the oldest one to read.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="bytes">Reading stops after this many bytes.</param>
    /// <param name="into">Receives the events. Those that it already has count towards the limits.</param>
    /// <param name="damaged">Called with the id of each event that is left out because it is damaged.</param>
    /// <returns>The number of the next event. Null when there are no more.</returns>
    public long? Read(LogRange range, long from, int limit, long bytes, List<ReadOnlyMemory<byte>> into, Action<string> damaged)
    {
        var size = 0L;
        foreach (var body in into)
        {
            size += body.Length;
        }

        var prefixes = range.EventTypes.Where(EventTypeFamily.Is).Select(static family => EventTypeFamily.PrefixOf(family).ToString()).ToList();
        var ofFamily = prefixes.Count == 0 ? "" : "OR EXISTS (SELECT 1 FROM json_each(?6) WHERE substr(e.type, 1, length(value)) = value)";
        using var read = Prepare(
            $"""
            SELECT e.n, b.body, e.id, e.type, e.format, e.checksum FROM events e CROSS JOIN bodies b ON b.event = e.n
            WHERE e.n >= ?1 AND e.space = ?2 AND e.cause = {(int)DeliveryCause.Accepted}
                AND (e.type IN (SELECT value FROM json_each(?3)) {ofFamily})
                AND e.accepted >= ?4 AND e.accepted < ?5
            ORDER BY e.n
            """);
        read.Bind(1, from).Bind(2, range.Space).Bind(3, TextList.Write(range.EventTypes))
            .Bind(4, range.From is { } first ? UnixMicroseconds.Of(first) : long.MinValue).Bind(5, UnixMicroseconds.Of(range.To));
        if (prefixes.Count > 0)
        {
            read.Bind(6, TextList.Write(prefixes));
        }

        while (read.Step())
        {
            if (into.Count >= limit || size >= bytes)
            {
                return read.Long(0);
            }

            var (body, id) = (read.Blob(1), read.Text(2));
            if (!EventChecksum.Matches(read.Long(5), id, read.Text(3), (CloudEventFormat)read.Long(4), body))
            {
                damaged(id);
                continue;
            }

            into.Add(body);
            size += body.Length;
        }

        return null;
    }

    /// <summary>Finds events and copies of one id with their deliveries, the newest first.</summary>
    /// <param name="source">The source. Null means any.</param>
    /// <param name="segment">The segment whose file this is.</param>
    /// <param name="limit">How many at most.</param>
    public List<FoundEvent> Find(string space, string id, string? source, Segment segment, int limit)
    {
        var found = new List<FoundEvent>();
        using var find = Prepare($"{Events} WHERE space = ?1 AND id = ?2 AND (?4 IS NULL OR source = ?4) ORDER BY n DESC LIMIT ?3")
            .Bind(1, space).Bind(2, id).Bind(3, limit).Bind(4, source);
        while (find.Step())
        {
            found.Add(new FoundEvent(ReadSummary(find, space), (DeliveryCause)find.Long(6), segment, find.Long(0)));
        }

        if (found.Count > 0)
        {
            new DeliveryRecords(_connection).ReadOf(found);
        }

        return found;
    }

    /// <summary>Reads the ids of all events.</summary>
    public IdFilter ReadIds()
    {
        using var count = Prepare("SELECT count(*) FROM events");
        var ids = new IdFilter(count.RunForNumber());
        using var read = Prepare("SELECT id FROM events");
        while (read.Step())
        {
            ids.Add(read.Text(0));
        }

        return ids;
    }

    /// <summary>Reads the body of an event, and whether it is damaged. Returns null when there is no such event.</summary>
    public (byte[] Body, bool IsDamaged)? ReadBody(long number)
    {
        using var read = Prepare("SELECT b.body, e.id, e.type, e.format, e.checksum FROM events e CROSS JOIN bodies b ON b.event = e.n WHERE e.n = ?")
            .Bind(1, number);
        if (!read.Step())
        {
            return null;
        }

        var body = read.Blob(0);
        return (body, !EventChecksum.Matches(read.Long(4), read.Text(1), read.Text(2), (CloudEventFormat)read.Long(3), body));
    }

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    private static EventSummary ReadSummary(Statement row, string space) => new()
    {
        Space = space,
        Id = row.Text(1),
        Type = row.Text(2),
        Source = row.Text(3),
        Time = row.TextOrNull(4),
        AcceptedAt = UnixMicroseconds.ToTime(row.Long(5)),
    };

    private Statement Prepare(string sql) => new(_connection, sql);
}
