using EventGateway.Abstractions.Resources;
using EventGateway.Engine.Registry;
using EventGateway.Engine.Registry.Errors;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Registry;

public sealed class GatewayRegistryTests
{
    [Fact]
    public async Task Finds_everything_again_after_a_restart()
    {
        var store = new MemoryConfigStore();
        string before;
        await using (var fixture = await RegistryFixture.StartAsync(store))
        {
            await FillAsync(fixture);
            before = Dump(fixture.Registry);
        }

        await using var restarted = await RegistryFixture.StartAsync(store);

        Dump(restarted.Registry).ShouldBe(before);
        restarted.Registry.Routes.Match("POST", "/", "test.event").Async.ShouldHaveSingleItem().Function.FunctionId.ShouldBe("fn");
    }

    [Fact]
    public async Task Follows_the_writes_of_another_instance()
    {
        var store = new MemoryConfigStore();
        await using var one = await RegistryFixture.StartAsync(store);
        await using var other = await RegistryFixture.StartAsync(store);

        await FillAsync(one);
        await ReachAsync(other.Registry, one.Registry.Revision);

        Dump(other.Registry).ShouldBe(Dump(one.Registry));
        (await RegistryFixture.RefuseAsync(other.Registry.EventTypes, """{"name":"test.event"}""")).Reason.ShouldBe(RegistryReason.AlreadyExists);
    }

    [Fact]
    public async Task Refuses_events_while_the_authorizer_is_missing()
    {
        var store = new MemoryConfigStore();
        await using (var fixture = await RegistryFixture.StartAsync(store))
        {
            await RegistryFixture.CreateAsync(fixture.Registry.Functions, """{"functionId":"guard","type":"builtin","provider":{"name":"log"}}""");
            await RegistryFixture.CreateAsync(fixture.Registry.EventTypes, """{"name":"test.event","authorizerId":"guard"}""");
        }

        var guard = store.Entries.Single(entry => entry.Key.Id == "guard");
        await store.DeleteAsync(guard.Key, guard.Revision, CancellationToken.None);
        await using var restarted = await RegistryFixture.StartAsync(store);

        var authorizer = restarted.Registry.FindAuthorizer("default", "test.event").ShouldNotBeNull();
        authorizer.FunctionId.ShouldBe("guard");
        RegistryFixture.Providers.TryGet(authorizer.Type, out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Loads_again_when_the_feed_has_forgotten_what_it_needs()
    {
        var store = new MemoryConfigStore();
        await using var fixture = await RegistryFixture.StartAsync(store);
        await FillAsync(fixture);

        store.Forget();
        await RegistryFixture.CreateAsync(fixture.Registry.EventTypes, """{"name":"after.gap"}""");

        fixture.Registry.EventTypes.List("default", new ResourceQuery()).Entries.Select(entry => entry.Id)
            .ShouldBe(["after.gap", "test.event"]);
    }

    [Fact]
    public async Task Says_that_the_store_is_unavailable_and_goes_on_serving()
    {
        await using var fixture = await RegistryFixture.WithFunctionAsync();
        fixture.Store.IsDown = true;

        (await RegistryFixture.RefuseAsync(fixture.Registry.EventTypes, """{"name":"x"}""")).Reason.ShouldBe(RegistryReason.Unavailable);
        fixture.Registry.EventTypes.Get("default", "test.event").Entry.ShouldNotBeNull();

        fixture.Store.IsDown = false;
        await RegistryFixture.CreateAsync(fixture.Registry.EventTypes, """{"name":"x"}""");
    }

    [Fact]
    public async Task Refuses_writes_once_it_is_disposed()
    {
        var fixture = await RegistryFixture.WithFunctionAsync();
        var writes = Enumerable.Range(0, 50).Select(number => fixture.Registry.EventTypes
            .CreateAsync("default", RegistryFixture.Utf8($$"""{"name":"n{{number}}"}"""), RevisionConditions.None, CancellationToken.None).AsTask()).ToList();

        await fixture.DisposeAsync();

        (await Task.WhenAll(writes)).ShouldAllBe(result => result.Entry != null || result.Error!.Reason == RegistryReason.Unavailable);
        (await RegistryFixture.RefuseAsync(fixture.Registry.EventTypes, """{"name":"late"}""")).Reason.ShouldBe(RegistryReason.Unavailable);
    }

    [Fact]
    public async Task Replaces_only_the_revision_that_the_caller_knows()
    {
        await using var fixture = await RegistryFixture.StartAsync();
        var types = fixture.Registry.EventTypes;
        var first = await RegistryFixture.CreateAsync(types, """{"name":"x"}""");

        var second = await types.UpdateAsync("default", "x", RegistryFixture.Utf8("""{"metadata":{"a":"1"}}"""), new RevisionConditions { Match = RevisionSet.Of(first.Revision) }, CancellationToken.None);
        var stale = await types.UpdateAsync("default", "x", RegistryFixture.Utf8("""{"metadata":{"a":"2"}}"""), new RevisionConditions { Match = RevisionSet.Of(first.Revision) }, CancellationToken.None);
        var staleDelete = await types.DeleteAsync("default", "x", new RevisionConditions { Match = RevisionSet.Of(first.Revision) }, CancellationToken.None);

        second.Entry!.Revision.ShouldBeGreaterThan(first.Revision);
        stale.Error!.Reason.ShouldBe(RegistryReason.Conflict);
        staleDelete.Error!.Reason.ShouldBe(RegistryReason.Conflict);
        types.Get("default", "x").Entry!.Resource.Metadata!["a"].ShouldBe("1");
    }

    [Fact]
    public async Task Pages_through_matching_resources_in_the_order_of_their_ids()
    {
        await using var fixture = await RegistryFixture.StartAsync();
        var types = fixture.Registry.EventTypes;
        foreach (var number in Enumerable.Range(10, 25).Reverse())
        {
            await RegistryFixture.CreateAsync(types, $$$"""{"name":"t{{{number}}}","metadata":{"odd":"{{{number % 2}}}"}}""");
        }

        var seen = new List<string>();
        string? after = null;
        bool more;
        do
        {
            var page = types.List("default", new ResourceQuery { Limit = 5, After = after, Metadata = new Dictionary<string, string> { ["odd"] = "1" } });
            seen.AddRange(page.Entries.Select(entry => entry.Id));
            after = page.Entries[^1].Id;
            more = page.More;
        }
        while (more);

        seen.ShouldBe(Enumerable.Range(10, 25).Where(number => number % 2 == 1).Select(number => $"t{number}"));
    }

    internal static string Dump(GatewayRegistry registry) => string.Join('\n', registry.ListSpaces().SelectMany(space => new[]
    {
        Lines(registry.EventTypes, space.Name), Lines(registry.Functions, space.Name),
        Lines(registry.Subscriptions, space.Name), Lines(registry.Cors, space.Name),
    }));

    private static string Lines<T>(Resources<T> resources, string space)
        where T : class, IResource =>
        string.Join('\n', resources.List(space, new ResourceQuery()).Entries.Select(entry => $"{entry.Revision} {RegistryFixture.Text(resources, entry)}"));

    private static async Task FillAsync(RegistryFixture fixture)
    {
        var registry = fixture.Registry;
        await RegistryFixture.CreateAsync(registry.EventTypes, """{"name":"test.event","metadata":{"é":"<&>"}}""");
        await RegistryFixture.CreateAsync(registry.Functions, """{"functionId":"fn","type":"http","provider":{"url":"http://a.example/?a=1&b=<2>"}}""");
        await RegistryFixture.CreateAsync(registry.Subscriptions, """{"type":"async","eventType":"test.event","functionId":"fn","delivery":{"timeout":"PT0.5S","cloudEvents":"0.1"},"cors":{},"enabled":true}""");
        await RegistryFixture.CreateAsync(registry.Cors, """{"method":"GET","path":"/c","allowedOrigins":["https://a.example"],"allowCredentials":true}""");
    }

    private static async Task ReachAsync(GatewayRegistry registry, long revision)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (registry.Revision < revision)
        {
            await Task.Yield();
            patience.Token.ThrowIfCancellationRequested();
        }
    }
}
