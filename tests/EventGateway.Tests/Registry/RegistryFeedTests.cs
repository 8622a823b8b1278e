using EventGateway.Core.Registry;
using EventGateway.Tests.Functions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Registry;

public sealed class RegistryFeedTests
{
    [Fact]
    public async Task Goes_on_following_the_store_after_an_error_that_nobody_expected()
    {
        var store = new MemoryConfigStore();
        var time = new FakeTimeProvider();
        var logger = new RecordingLogger<GatewayRegistry>();
        await using var registry = new GatewayRegistry(store, RegistryFixture.Providers, time, logger);
        await registry.StartAsync(CancellationToken.None);

        for (var round = 1; round <= 3; round++)
        {
            store.FailFeed(new InvalidOperationException("boom"));
            await WaitAsync(time, () => Errors(logger) == round);
            var written = await store.CreateAsync(
                new ConfigKey("default", ConfigKind.EventType, $"n{round}"),
                RegistryFixture.Utf8($$"""{"space":"default","name":"n{{round}}"}"""),
                CancellationToken.None);
            await WaitAsync(time, () => registry.Revision == written.Revision);

            registry.EventTypes.Get("default", $"n{round}").Entry.ShouldNotBeNull();
        }
    }

    private static int Errors(RecordingLogger<GatewayRegistry> logger) => logger.Entries.Count(entry => entry.Level is LogLevel.Error);

    private static async Task WaitAsync(FakeTimeProvider time, Func<bool> reached)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!reached())
        {
            patience.Token.ThrowIfCancellationRequested();
            time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }
    }
}
