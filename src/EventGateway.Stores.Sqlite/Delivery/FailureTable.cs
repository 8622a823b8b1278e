using EventGateway.Abstractions.Delivery;
using EventGateway.Stores.Sqlite.Database;

namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>The subscriptions of a store that fail, in the file of replays. Safe for concurrent use.</summary>
internal sealed class FailureTable(SmallFile file) : IFailureStore
{
    private const string What = "Failing subscriptions";

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<FailingSubscription>> ListFailingAsync(CancellationToken cancellationToken) => file.UseAsync<IReadOnlyList<FailingSubscription>>(
        What,
        static connection =>
        {
            var failing = new List<FailingSubscription>();
            using var read = new Statement(connection, "SELECT space, subscription, since, last, stage FROM failures ORDER BY space, subscription");
            while (read.Step())
            {
                failing.Add(new FailingSubscription(
                    read.Text(0), read.Text(1), UnixMicroseconds.ToTime(read.Long(2)), UnixMicroseconds.ToTime(read.Long(3)), (FailureStage)read.Long(4)));
            }

            return failing;
        },
        cancellationToken);

    /// <inheritdoc/>
    public async ValueTask SaveFailingAsync(FailingSubscription failing, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(failing);
        await file.UseAsync(
            What,
            connection =>
            {
                using var save = new Statement(
                    connection, "INSERT OR REPLACE INTO failures (space, subscription, since, last, stage) VALUES (?, ?, ?, ?, ?)");
                save.Bind(1, failing.Space).Bind(2, failing.SubscriptionId).Bind(3, UnixMicroseconds.Of(failing.Since))
                    .Bind(4, UnixMicroseconds.Of(failing.LastFailure)).Bind(5, (int)failing.Stage).Run();
                return true;
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DeleteFailingAsync(string space, string subscriptionId, CancellationToken cancellationToken) => await file.UseAsync(
        What,
        connection =>
        {
            using var delete = new Statement(connection, "DELETE FROM failures WHERE space = ? AND subscription = ?");
            delete.Bind(1, space).Bind(2, subscriptionId).Run();
            return true;
        },
        cancellationToken);
}
