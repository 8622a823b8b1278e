using EventGateway.Engine.Registry.Errors;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Registry;

public sealed class SpaceDeletionTests
{
    [Fact]
    public async Task Deletes_everything_in_a_space_and_nothing_else()
    {
        await using var fixture = await RegistryFixture.WithFunctionAsync();
        var registry = fixture.Registry;
        registry.Observer = new RecordingObserver();
        foreach (var path in new[] { "/a", "/b" })
        {
            await RegistryFixture.CreateAsync(registry.Subscriptions, $$"""{"type":"async","eventType":"test.event","functionId":"fn","path":"{{path}}"}""");
        }

        await RegistryFixture.CreateAsync(registry.Cors, """{"method":"GET","path":"/a"}""");
        await RegistryFixture.CreateAsync(registry.EventTypes, """{"name":"authorized","authorizerId":"fn"}""");
        await RegistryFixture.CreateAsync(registry.EventTypes, """{"name":"test.event"}""", "other");

        var deletion = await registry.DeleteSpaceAsync(RegistryFixture.Space, CancellationToken.None);

        (deletion.Deleted!.EventTypes, deletion.Deleted.Functions, deletion.Deleted.Subscriptions, deletion.Deleted.Cors).ShouldBe((2, 1, 2, 1));
        fixture.Store.Entries.ShouldHaveSingleItem().Key.Space.ShouldBe("other");
        registry.Routes.Match("POST", "/a", "test.event").IsEmpty.ShouldBeTrue();
        registry.FindSpace(RegistryFixture.Space).ShouldBeNull();
        (await registry.DeleteSpaceAsync(RegistryFixture.Space, CancellationToken.None)).Error!.Reason.ShouldBe(RegistryReason.NotFound);
    }

    [Fact]
    public async Task Deletes_nothing_while_the_store_is_unavailable()
    {
        await using var fixture = await RegistryFixture.WithFunctionAsync();
        fixture.Store.IsDown = true;

        (await fixture.Registry.DeleteSpaceAsync(RegistryFixture.Space, CancellationToken.None)).Error!.Reason.ShouldBe(RegistryReason.Unavailable);

        fixture.Registry.FindSpace(RegistryFixture.Space)!.EventTypes.ShouldBe(1);
    }

    [Fact]
    public async Task Deletes_a_space_that_is_changed_at_the_same_time()
    {
        await using var fixture = await RegistryFixture.WithFunctionAsync();
        var types = fixture.Registry.EventTypes;

        var creations = Enumerable.Range(0, 20).Select(i => RegistryFixture.CreateAsync(types, $$"""{"name":"t{{i}}"}"""));
        var deletion = fixture.Registry.DeleteSpaceAsync(RegistryFixture.Space, CancellationToken.None).AsTask();
        var created = await Task.WhenAll(creations);

        (await deletion).Error.ShouldBeNull();
        fixture.Store.Entries.Count.ShouldBe(created.Count(entry => types.Get(RegistryFixture.Space, entry.Id).Entry is not null));
    }
}
