using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Registry;

// The heap is the whole process's, so nothing else may run beside.
[CollectionDefinition("Alone", DisableParallelization = true)]
public sealed class AloneCollection;

[Collection("Alone")]
public sealed class RegistryMemoryTests
{
    private const int Subscriptions = 5_000;
    private const int AllowedBytes = 400;

    [Theory]
    [InlineData("sync")]
    [InlineData("async")]
    public async Task Holds_a_subscription_in_less_than_400_bytes_beyond_its_document(string type)
    {
        var store = new MemoryConfigStore();
        await using var writer = await RegistryFixture.StartAsync(store);
        await RegistryFixture.CreateAsync(writer.Registry.Functions, """{"functionId":"fn","type":"builtin","provider":{"name":"log"}}""");
        for (var number = 0; number < Subscriptions; number++)
        {
            await RegistryFixture.CreateAsync(writer.Registry.EventTypes, $$"""{"name":"orders.created.{{number}}"}""");
        }

        var without = await MeasureAsync(store);
        var documents = 0L;
        for (var number = 0; number < Subscriptions; number++)
        {
            var entry = await RegistryFixture.CreateAsync(
                writer.Registry.Subscriptions,
                $$"""{"type":"{{type}}","eventType":"orders.created.{{number}}","functionId":"fn","path":"/shop/orders/{{number}}"}""");
            documents += writer.Registry.Subscriptions.ToJson(entry.Resource).Length;
        }

        var with = await MeasureAsync(store);
        var each = (with - without) / Subscriptions;
        (each - (documents / Subscriptions)).ShouldBeLessThan(AllowedBytes, $"{each} bytes for a document of {documents / Subscriptions}");
        TestContext.Current.TestOutputHelper?.WriteLine($"{each} bytes for a document of {documents / Subscriptions}");
    }

    // Memory of earlier tests may come or go during a measurement, so the median of several counts.
    private static async Task<long> MeasureAsync(MemoryConfigStore store)
    {
        var measured = new long[5];
        for (var time = 0; time < measured.Length; time++)
        {
            measured[time] = await MeasureOnceAsync(store);
        }

        return measured.Order().ElementAt(measured.Length / 2);
    }

    private static async Task<long> MeasureOnceAsync(MemoryConfigStore store)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await using var fixture = await RegistryFixture.StartAsync(store);
        return GC.GetTotalMemory(forceFullCollection: true) - before;
    }
}
