using EventGateway.Abstractions.Delivery;
using EventGateway.Stores.Sqlite.Delivery;
using EventGateway.Tests.Engine.Delivery;
using EventGateway.Tests.Harness;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventGateway.Tests.Stores.Sqlite.Delivery;

public class SqliteDeliveryStoreContractTests : DeliveryStoreContract
{
    private readonly TemporaryDirectory _directory = new();

    private protected virtual DeliveryStoreSettings Settings => new();

    protected override async ValueTask<IDeliveryStore> OpenAsync(TimeProvider timeProvider) => await SqliteDeliveryStore.OpenAsync(
        _directory.Path, new SqliteDeliveryOptions(), timeProvider, NullLogger.Instance, Settings, default);

    protected override async ValueTask CloseAsync(IDeliveryStore store)
    {
        await ((SqliteDeliveryStore)store).DisposeAsync();
        _directory.Dispose();
    }

    protected override ValueTask SettleAsync(IDeliveryStore store) => ((SqliteDeliveryStore)store).FlushAsync();
}

/// <summary>With limits so small that few deliveries stay in memory or in one file.</summary>
public sealed class SmallSqliteDeliveryStoreContractTests : SqliteDeliveryStoreContractTests
{
    private protected override DeliveryStoreSettings Settings =>
        new() { ReadyLength = 2, GroupLength = 3, SegmentBytes = 16 * 1024, CheckpointPages = 4, QueueLength = 64, CompletionDelay = TimeSpan.Zero };
}
