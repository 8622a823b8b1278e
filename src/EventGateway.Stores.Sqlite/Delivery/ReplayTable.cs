using EventGateway.Abstractions.Delivery;
using EventGateway.Stores.Sqlite.Database;

namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>The replays of a store. Safe for concurrent use.</summary>
internal sealed class ReplayTable(SmallFile file) : IReplayStore
{
    private const string What = "Replays";

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Replay>> ListAsync(CancellationToken cancellationToken) => file.UseAsync<IReadOnlyList<Replay>>(
        What,
        static connection =>
        {
            var replays = new List<Replay>();
            using var read = new Statement(
                connection,
                """
                SELECT space, id, subscription, function, types, first, last, created, state, position, replayed, error FROM replays
                ORDER BY created, id
                """);
            while (read.Step())
            {
                replays.Add(Read(read));
            }

            return replays;
        },
        cancellationToken);

    /// <inheritdoc/>
    public async ValueTask SaveAsync(Replay replay, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(replay);
        await file.UseAsync(
            What,
            connection =>
            {
                using var save = new Statement(
                    connection,
                    """
                    INSERT OR REPLACE INTO replays (space, id, subscription, function, types, first, last, created, state, position, replayed, error)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """);
                save.Bind(1, replay.Subscription.Space).Bind(2, replay.Id).Bind(3, replay.Subscription.SubscriptionId)
                    .Bind(4, replay.Subscription.FunctionId).Bind(5, TextList.Write(replay.EventTypes))
                    .Bind(6, replay.From is { } from ? UnixMicroseconds.Of(from) : null).Bind(7, UnixMicroseconds.Of(replay.To))
                    .Bind(8, UnixMicroseconds.Of(replay.CreatedAt)).Bind(9, (int)replay.State).Bind(10, replay.Position)
                    .Bind(11, replay.Replayed).Bind(12, replay.Error).Run();
                return true;
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DeleteAsync(string space, string replayId, CancellationToken cancellationToken) => await file.UseAsync(
        What,
        connection =>
        {
            using var delete = new Statement(connection, "DELETE FROM replays WHERE space = ? AND id = ?");
            delete.Bind(1, space).Bind(2, replayId).Run();
            return true;
        },
        cancellationToken);

    private static Replay Read(Statement row) => new()
    {
        Subscription = new SubscriptionKey(row.Text(0), row.Text(2), row.Text(3)),
        Id = row.Text(1),
        EventTypes = TextList.Read(row.Text(4)),
        From = row.LongOrNull(5) is { } from ? UnixMicroseconds.ToTime(from) : null,
        To = UnixMicroseconds.ToTime(row.Long(6)),
        CreatedAt = UnixMicroseconds.ToTime(row.Long(7)),
        State = (ReplayState)row.Long(8),
        Position = row.TextOrNull(9),
        Replayed = row.Long(10),
        Error = row.TextOrNull(11),
    };
}
