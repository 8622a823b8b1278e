using System.Text;
using EventGateway.Abstractions.Config;
using EventGateway.Engine.Registry;
using EventGateway.Hosting;
using EventGateway.Stores.Sqlite.Config;
using EventGateway.Tests.Engine.Registry;
using EventGateway.Tests.Harness;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Hosting;

[Collection("Alone")]
public sealed class RegistryStarterTests
{
    private const int Documents = 2_000;
    private const int DocumentBytes = 2_000;

    [Fact]
    public async Task Leaves_nothing_behind_of_the_documents_that_were_read()
    {
        using var directory = new TemporaryDirectory();
        await using (var store = await OpenAsync(directory))
        {
            // What fills them is no field that the registry knows, so that it keeps none of it.
            var json = Encoding.UTF8.GetBytes($$"""{"filling":"{{new string('x', DocumentBytes)}}","space":"default","name":"a"}""");
            await Task.WhenAll(Enumerable.Range(0, Documents).Select(i =>
                store.CreateAsync(new ConfigKey("default", ConfigKind.EventType, $"type.{i}"), json, CancellationToken.None).AsTask()));
        }

        await using var opened = await OpenAsync(directory);
        await using var registry = new GatewayRegistry(
            opened, RegistryFixture.Providers, TimeProvider.System, NullLogger<GatewayRegistry>.Instance);

        // What other tests have left to finalizers must not count.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.GetTotalMemory(forceFullCollection: true);

        await new RegistryStarter(registry).StartAsync(CancellationToken.None);

        var left = GC.GetTotalMemory(forceFullCollection: false);
        await Task.Yield();
        var needed = GC.GetTotalMemory(forceFullCollection: true);
        registry.EventTypes.Get("default", "type.0").Error.ShouldBeNull();
        (left - needed).ShouldBeLessThan(Documents * DocumentBytes / 2);
    }

    private static ValueTask<SqliteConfigStore> OpenAsync(TemporaryDirectory directory) =>
        SqliteConfigStore.OpenAsync(directory.Path, TimeProvider.System, NullLogger.Instance, CancellationToken.None);
}
