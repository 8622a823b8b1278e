using EventGateway.Abstractions.Resources;
using EventGateway.Engine.Registry;
using EventGateway.Engine.Registry.State;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Registry.State;

public sealed class SpaceUsesTests
{
    private const string Subscription = """{"type":"async","eventType":"test.event","functionId":"fn","delivery":{"timeout":"PT1S","deadLetterFunctionId":"fn"}}""";

    [Fact]
    public async Task A_later_write_changes_nothing_in_a_snapshot()
    {
        await using var fixture = await RegistryFixture.WithFunctionAsync();
        var before = fixture.Registry.Snapshot.Space(RegistryFixture.Space).Uses;

        var created = await RegistryFixture.CreateAsync(fixture.Registry.Subscriptions, Subscription);
        await RegistryFixture.CreateAsync(fixture.Registry.EventTypes, """{"name":"asked.event","authorizerId":"fn"}""");

        before.SubscriptionsOf("fn").ShouldBeEmpty();
        before.IsSubscribed("test.event").ShouldBeFalse();
        before.TakesDeadLetters("fn").ShouldBeFalse();
        before.AuthorizedBy("fn").ShouldBeNull();
        before.Share(created.Resource.Delivery! with { }).ShouldNotBeSameAs(fixture.Registry.Subscriptions.Get(RegistryFixture.Space, created.Id).Entry!.Resource.Delivery);
    }

    [Fact]
    public async Task A_snapshot_counts_what_its_resources_use()
    {
        await using var fixture = await RegistryFixture.WithFunctionAsync();
        var created = await RegistryFixture.CreateAsync(fixture.Registry.Subscriptions, Subscription);
        var other = await RegistryFixture.CreateAsync(fixture.Registry.Subscriptions, Subscription.Replace("async\",", "async\",\"path\":\"/other\",", StringComparison.Ordinal));

        var both = fixture.Registry.Snapshot.Space(RegistryFixture.Space).Uses;
        await DeleteAsync(fixture, created);
        var one = fixture.Registry.Snapshot.Space(RegistryFixture.Space).Uses;
        await DeleteAsync(fixture, other);
        var none = fixture.Registry.Snapshot.Space(RegistryFixture.Space).Uses;

        both.SubscriptionsOf("fn").ShouldBe([created.Id, other.Id], ignoreOrder: true);
        one.SubscriptionsOf("fn").ShouldBe([other.Id]);
        (one.IsSubscribed("test.event"), one.TakesDeadLetters("fn")).ShouldBe((true, true));
        one.Share(other.Resource.Delivery! with { }).ShouldBeSameAs(both.Share(other.Resource.Delivery! with { }));
        none.SubscriptionsOf("fn").ShouldBeEmpty();
        (none.IsSubscribed("test.event"), none.TakesDeadLetters("fn")).ShouldBe((false, false));
    }

    private static async Task DeleteAsync(RegistryFixture fixture, ResourceEntry<Subscription> entry) =>
        (await fixture.Registry.Subscriptions.DeleteAsync(RegistryFixture.Space, entry.Id, RevisionConditions.None, CancellationToken.None)).Error.ShouldBeNull();
}
