using EventGateway.Abstractions.Delivery;
using EventGateway.Engine;
using EventGateway.Engine.Delivery.Memory;

namespace EventGateway.Tests.Engine.Delivery.Memory;

public sealed class MemoryDeliveryStoreContractTests : DeliveryStoreContract
{
    protected override ValueTask<IDeliveryStore> OpenAsync(TimeProvider timeProvider) =>
        ValueTask.FromResult<IDeliveryStore>(new MemoryDeliveryStore(new GatewayDefaults(), timeProvider));

    protected override ValueTask CloseAsync(IDeliveryStore store) => ValueTask.CompletedTask;

    protected override ValueTask SettleAsync(IDeliveryStore store) => ValueTask.CompletedTask;
}
