using System.Text;
using EventGateway.Engine;
using EventGateway.Engine.Registry;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Registry;

public sealed class DedupWindowTests
{
    [Fact]
    public async Task The_window_is_that_of_the_event_type_or_else_the_servers()
    {
        await using var fixture = await RegistryFixture.StartAsync(defaults: new GatewayDefaults { DedupWindow = TimeSpan.FromMinutes(1) });
        var registry = fixture.Registry;
        var created = await RegistryFixture.CreateAsync(registry.EventTypes, """{"name":"own","dedupWindow":"PT1H"}""");
        await RegistryFixture.CreateAsync(registry.EventTypes, """{"name":"none","dedupWindow":"PT0S"}""");
        await RegistryFixture.CreateAsync(registry.EventTypes, """{"name":"usual"}""");

        RegistryFixture.Text(registry.EventTypes, created).ShouldBe("""{"space":"default","name":"own","dedupWindow":"PT1H"}""");
        Find(registry, "own").ShouldBe(TimeSpan.FromHours(1));
        Find(registry, "none").ShouldBe(TimeSpan.Zero);
        Find(registry, "usual").ShouldBe(TimeSpan.FromMinutes(1));
        Find(registry, "unknown").ShouldBe(TimeSpan.FromMinutes(1));
        registry.FindDedupWindow("other", "own").ShouldBe(TimeSpan.FromMinutes(1));
        registry.HasDedupWindows.ShouldBeTrue();
    }

    [Fact]
    public async Task The_window_of_a_family_is_that_of_its_types_without_their_own_registration()
    {
        await using var fixture = await RegistryFixture.StartAsync();
        var registry = fixture.Registry;
        await RegistryFixture.CreateAsync(registry.EventTypes, """{"name":"invoice.*","dedupWindow":"PT1H"}""");
        await RegistryFixture.CreateAsync(registry.EventTypes, """{"name":"invoice.late.*","dedupWindow":"PT2H"}""");
        await RegistryFixture.CreateAsync(registry.EventTypes, """{"name":"invoice.usual"}""");

        Find(registry, "invoice.paid").ShouldBe(TimeSpan.FromHours(1));
        Find(registry, "invoice.late.again").ShouldBe(TimeSpan.FromHours(2));
        Find(registry, "invoice.usual").ShouldBe(TimeSpan.Zero);
        registry.HasDedupWindows.ShouldBeTrue();
    }

    [Fact]
    public async Task Knows_whether_any_event_type_of_any_space_has_a_window()
    {
        var store = new MemoryConfigStore();
        await using var fixture = await RegistryFixture.StartAsync(store);
        var registry = fixture.Registry;
        registry.HasDedupWindows.ShouldBeFalse();
        await RegistryFixture.CreateAsync(registry.EventTypes, """{"name":"none","dedupWindow":"PT0S"}""");
        registry.HasDedupWindows.ShouldBeFalse();
        await RegistryFixture.CreateAsync(registry.EventTypes, """{"name":"a","dedupWindow":"PT1S"}""");
        await RegistryFixture.CreateAsync(registry.EventTypes, """{"name":"a","dedupWindow":"PT1S"}""", "other");
        registry.HasDedupWindows.ShouldBeTrue();

        // Another instance loads what this one has stored.
        await using (var loaded = await RegistryFixture.StartAsync(store))
        {
            loaded.Registry.HasDedupWindows.ShouldBeTrue();
            Find(loaded.Registry, "a").ShouldBe(TimeSpan.FromSeconds(1));
        }

        (await registry.EventTypes.UpdateAsync("default", "a", Encoding.UTF8.GetBytes("""{"name":"a"}"""), RevisionConditions.None, default)).Error.ShouldBeNull();
        registry.HasDedupWindows.ShouldBeTrue();
        (await registry.EventTypes.DeleteAsync("other", "a", RevisionConditions.None, default)).Error.ShouldBeNull();
        registry.HasDedupWindows.ShouldBeFalse();
    }

    private static TimeSpan Find(GatewayRegistry registry, string eventType) => registry.FindDedupWindow("default", eventType);
}
