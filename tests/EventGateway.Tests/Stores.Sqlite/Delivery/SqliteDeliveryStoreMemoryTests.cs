using Shouldly;
using Xunit;
using static EventGateway.Tests.Stores.Sqlite.Delivery.SqliteDeliveryFixture;

namespace EventGateway.Tests.Stores.Sqlite.Delivery;

/// <summary>Runs alone, because it measures the memory of the whole process.</summary>
[CollectionDefinition(nameof(SqliteDeliveryStoreMemoryTests), DisableParallelization = true)]
[Collection(nameof(SqliteDeliveryStoreMemoryTests))]
public sealed class SqliteDeliveryStoreMemoryTests
{
    [Fact]
    public async Task Keeps_memory_flat_while_many_deliveries_wait()
    {
        await using var fixture = await new SqliteDeliveryFixture().OpenAsync();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < 100; i++)
        {
            (await fixture.AppendAsync(200, [.. Enumerable.Range(0, 2_000).Select(n => ($"{i}-{n}", new[] { A }))])).IsAccepted.ShouldBeTrue();
        }

        (GC.GetTotalMemory(forceFullCollection: true) - before).ShouldBeLessThan(10_000_000);
        fixture.Store.Count.ShouldBe(200_000);
        (await fixture.LeaseIdsAsync(KeyA, 3)).ShouldBe(["0-0", "0-1", "0-2"]);
        await fixture.ReopenAsync();
        (GC.GetTotalMemory(forceFullCollection: true) - before).ShouldBeLessThan(10_000_000);
        (await fixture.LeaseIdsAsync(KeyA, 3)).ShouldBe(["0-0", "0-1", "0-2"]);
    }
}
