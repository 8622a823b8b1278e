using EventGateway.Abstractions.Resources;
using EventGateway.Engine.Registry;
using EventGateway.Engine.Registry.Errors;
using EventGateway.Tests.Engine.Registry;
using Shouldly;
using Xunit;
using static EventGateway.Tests.Engine.Registry.RegistryFixture;

namespace EventGateway.Tests.Abstractions.Config;

/// <summary>A deletion of a subscription stays listed until what waited for it is dropped.</summary>
public sealed class SubscriptionDeletionTests
{
    private const string Json = """{"type":"async","eventType":"test.event","functionId":"fn"}""";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Is_not_listed_any_more_once_all_is_dropped()
    {
        await using var fixture = await WithFunctionAsync();
        var observer = Observe(fixture);

        (await DeleteAsync(fixture)).Error.ShouldBeNull();

        observer.Calls.ShouldHaveSingleItem().ShouldHaveSingleItem().FunctionIds.ShouldBe(["fn"]);
        (await fixture.Store.ListDeletionsAsync(Cancellation)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Keeps_the_subscription_from_being_created_again_until_all_is_dropped()
    {
        await using var fixture = await WithFunctionAsync();
        var observer = Observe(fixture);
        observer.Left = deletion => deletion;

        (await DeleteAsync(fixture)).Error!.Reason.ShouldBe(RegistryReason.Unavailable);
        (await RefuseAsync(fixture.Registry.Subscriptions, Json)).Reason.ShouldBe(RegistryReason.Unavailable);
        (await fixture.Store.ListDeletionsAsync(Cancellation)).ShouldHaveSingleItem().Files.ShouldBeNull();
        observer.Calls.Count.ShouldBe(2);

        observer.Left = _ => null;
        await CreateAsync(fixture.Registry.Subscriptions, Json);
        observer.Calls.Count.ShouldBe(3);
        (await fixture.Store.ListDeletionsAsync(Cancellation)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Is_listed_for_the_files_that_are_left_and_lets_the_subscription_be_created_again()
    {
        await using var fixture = await WithFunctionAsync();
        Observe(fixture).Left = deletion => deletion with { Files = [3] };

        (await DeleteAsync(fixture)).Error.ShouldBeNull();
        await CreateAsync(fixture.Registry.Subscriptions, Json);

        (await fixture.Store.ListDeletionsAsync(Cancellation)).ShouldHaveSingleItem().Files.ShouldBe([3]);
    }

    [Fact]
    public async Task Is_made_at_the_next_start()
    {
        await using var fixture = await WithFunctionAsync();
        Observe(fixture).Left = deletion => deletion;
        await DeleteAsync(fixture);
        await using var next = await StartAsync(fixture.Store);
        var observer = Observe(next);
        observer.Left = deletion => deletion;

        await next.Registry.MakeDeletionsAsync(Cancellation);

        var made = observer.Calls.ShouldHaveSingleItem().ShouldHaveSingleItem();
        made.EventType.ShouldBe("test.event");
        made.FunctionIds.ShouldBeNull();
        await RefuseAsync(next.Registry.Subscriptions, Json);
        observer.Left = _ => null;
        await CreateAsync(next.Registry.Subscriptions, Json);
        (await next.Store.ListDeletionsAsync(Cancellation)).ShouldBeEmpty();
    }

    private static RecordingObserver Observe(RegistryFixture fixture)
    {
        var observer = new RecordingObserver();
        fixture.Registry.Observer = observer;
        return observer;
    }

    private static async Task<RegistryResult<Subscription>> DeleteAsync(RegistryFixture fixture)
    {
        var id = (await CreateAsync(fixture.Registry.Subscriptions, Json)).Resource.SubscriptionId;
        return await fixture.Registry.Subscriptions.DeleteAsync(Space, id, RevisionConditions.None, Cancellation);
    }
}
