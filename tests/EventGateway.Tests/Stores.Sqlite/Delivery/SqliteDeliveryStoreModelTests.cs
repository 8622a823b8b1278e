using CsCheck;
using EventGateway.Stores.Sqlite.Delivery;
using EventGateway.Tests.Engine.Delivery;
using Xunit;

namespace EventGateway.Tests.Stores.Sqlite.Delivery;

public sealed class SqliteDeliveryStoreModelTests
{
    [Theory]
    [InlineData(256, 64 * 1024 * 1024)]
    [InlineData(2, 24 * 1024)]
    public async Task Behaves_like_lists(int readyLength, int segmentBytes) => await DeliveryStoreModel.Histories(restarts: true).SampleAsync(
        async history =>
        {
            await using var fixture = new SqliteDeliveryFixture
            {
                Settings = new DeliveryStoreSettings { ReadyLength = readyLength, SegmentBytes = segmentBytes, CheckpointPages = 4 },
            };
            await fixture.OpenAsync();
            var model = new DeliveryStoreModel(fixture.Time);
            foreach (var (step, number) in history)
            {
                if (step is DeliveryStoreModel.Step.Restart)
                {
                    await fixture.ReopenAsync();
                    model.Restart();
                }

                // The deliveries of the files are counted after the opening.
                await fixture.Store.FlushAsync();
                await model.DoAsync(fixture.Store, step, number, () => fixture.Store.FlushAsync());
            }

            await model.DrainAsync(fixture.Store);
        },
        iter: 25,
        threads: 2);
}
