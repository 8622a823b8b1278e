using CsCheck;
using EventGateway.Engine;
using EventGateway.Engine.Delivery.Memory;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EventGateway.Tests.Engine.Delivery.Memory;

public sealed class MemoryDeliveryStoreModelTests
{
    [Fact]
    public async Task Behaves_like_lists() => await DeliveryStoreModel.Histories(restarts: false).SampleAsync(
        async history =>
        {
            var time = new FakeTimeProvider();
            var model = new DeliveryStoreModel(time);
            var store = new MemoryDeliveryStore(new GatewayDefaults(), time);
            foreach (var (step, number) in history)
            {
                await model.DoAsync(store, step, number, () => ValueTask.CompletedTask);
            }

            await model.DrainAsync(store);
        },
        iter: 300,
        threads: 2);
}
