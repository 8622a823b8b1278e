using System.Text.Json;
using EventGateway.Abstractions.Config;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Resources;
using EventGateway.Abstractions.Settings;
using EventGateway.Engine.Functions;
using EventGateway.Engine.Registry;
using EventGateway.Engine.Routing;
using EventGateway.Tests.Engine.Functions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Registry;

public sealed class RegistryFeedTests
{
    [Fact]
    public async Task Follows_the_store_after_an_unexpected_error()
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

    [Fact]
    public async Task Applies_changes_while_a_write_is_checked()
    {
        var store = new MemoryConfigStore();
        var time = new FakeTimeProvider();
        using var provider = new HeldProvider();
        await using var registry = new GatewayRegistry(store, new FunctionProviders([provider]), time, new RecordingLogger<GatewayRegistry>());
        await registry.StartAsync(CancellationToken.None);

        var write = Task.Run(async () => await registry.Functions.CreateAsync(
            "default", RegistryFixture.Utf8("""{"functionId":"fn","type":"held"}"""), RevisionConditions.None, CancellationToken.None));
        await provider.Checking;
        var other = await store.CreateAsync(
            new ConfigKey("default", ConfigKind.EventType, "n"), RegistryFixture.Utf8("""{"space":"default","name":"n"}"""), CancellationToken.None);
        try
        {
            await WaitAsync(time, () => registry.Revision == other.Revision);
        }
        finally
        {
            provider.Release();
        }

        (await write).Entry.ShouldNotBeNull();
    }

    [Fact]
    public async Task Logs_what_becomes_of_a_resource_that_cannot_be_read()
    {
        var store = new MemoryConfigStore();
        var time = new FakeTimeProvider();
        var logger = new RecordingLogger<GatewayRegistry>();
        await WriteAsync("at-load");
        await using var registry = new GatewayRegistry(store, RegistryFixture.Providers, time, logger);
        await registry.StartAsync(CancellationToken.None);
        var written = await WriteAsync("by-feed");
        await WaitAsync(time, () => registry.Revision == written.Revision);

        logger.Entries.Where(entry => entry.Level is LogLevel.Error).Select(entry => entry.Text).ShouldBe(
        [
            "The EventType at-load of space default in the config store cannot be read, so it is left out.",
            "A change of the EventType by-feed of space default in the config store cannot be read, so it is ignored.",
        ]);

        ValueTask<ConfigWriteResult> WriteAsync(string name) =>
            store.CreateAsync(new ConfigKey("default", ConfigKind.EventType, name), RegistryFixture.Utf8("{"), CancellationToken.None);
    }

    [Fact]
    public async Task Calls_the_observer_when_a_function_was_deleted()
    {
        await using var fixture = await RegistryFixture.WithFunctionAsync();
        var observer = new RecordingObserver();
        fixture.Registry.Observer = observer;

        (await fixture.Registry.Functions.DeleteAsync("default", "fn", RevisionConditions.None, CancellationToken.None)).Error.ShouldBeNull();

        fixture.Registry.HasFunction("default", "fn").ShouldBeFalse();
        await WaitAsync(new FakeTimeProvider(), () => observer.Routed.Contains(new ChangedRoutes("default", FunctionId: "fn")));
    }

    [Fact]
    public async Task Tells_the_observer_how_a_function_was_before_a_change()
    {
        await using var fixture = await RegistryFixture.WithFunctionAsync();
        var observer = new RecordingObserver();
        fixture.Registry.Observer = observer;
        fixture.Registry.Functions.Get("default", "fn").TryGet(out var before, out _).ShouldBeTrue();

        (await fixture.Registry.Functions.UpdateAsync(
            "default", "fn", RegistryFixture.Utf8("""{"type":"http","provider":{"url":"http://other"}}"""), RevisionConditions.None, CancellationToken.None)).Error.ShouldBeNull();

        await WaitAsync(new FakeTimeProvider(), () => !observer.Changed.IsEmpty);
        var (was, now) = observer.Changed.Single();
        was.ShouldBe(before!.Resource);
        now.ShouldBeOfType<Function>().Provider.GetProperty("url").GetString().ShouldBe("http://other");
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

    /// <summary>Completes the settings of functions only when a test allows it.</summary>
    private sealed class HeldProvider : IFunctionProvider, IDisposable
    {
        private readonly TaskCompletionSource _checking = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ManualResetEventSlim _released = new();

        public string Type => "held";

        public Task Checking => _checking.Task;

        public void Release() => _released.Set();

        public JsonElement Validate(JsonElement settings, SettingErrors errors) => JsonElement.Parse("{}");

        public JsonElement Unmask(JsonElement settings, JsonElement stored, ICollection<string> errors)
        {
            _checking.SetResult();
            _released.Wait();
            return settings;
        }

        public ValueTask<FunctionResult> InvokeAsync(Function function, Invocation invocation, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public void Dispose() => _released.Dispose();
    }
}
