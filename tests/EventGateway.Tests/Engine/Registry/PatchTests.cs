using EventGateway.Abstractions.Config;
using EventGateway.Abstractions.Resources;
using EventGateway.Engine.Registry;
using EventGateway.Engine.Registry.Errors;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Registry;

public sealed class PatchTests
{
    private const string Body =
        """{"type":"sync","eventType":"test.event","functionId":"fn","path":"/a","delivery":{"timeout":"PT5S","keepAnswers":true},"metadata":{"team":"red","Team":"blue"}}""";

    private const string Start = """{"space":"default","subscriptionId":"c3luYyx0ZXN0LmV2ZW50LCUyRmEsUE9TVA","type":"sync","eventType":"test.event","functionId":"fn","path":"/a","method":"POST",""";

    [Theory]
    [InlineData("{}", """{"delivery":{"timeout":"PT5S","keepAnswers":true},"metadata":{"team":"red","Team":"blue"}}""")]
    [InlineData("""{"enabled":true}""", """{"delivery":{"timeout":"PT5S","keepAnswers":true},"enabled":true,"metadata":{"team":"red","Team":"blue"}}""")]
    [InlineData("""{"delivery":{"timeout":null}}""", """{"delivery":{"keepAnswers":true},"metadata":{"team":"red","Team":"blue"}}""")]
    [InlineData("""{"Delivery":{"TIMEOUT":"PT9S","retry":null}}""", """{"delivery":{"timeout":"PT9S","keepAnswers":true},"metadata":{"team":"red","Team":"blue"}}""")]
    [InlineData("""{"delivery":null,"metadata":{"team":null,"other":null,"stage":"live"}}""", """{"metadata":{"Team":"blue","stage":"live"}}""")]
    [InlineData("""{"delivery":null,"metadata":null,"cors":null}""", null)]
    [InlineData("""{"space":"other","subscriptionId":"x","delivery":null,"metadata":null}""", null)]
    public async Task Changes_the_fields_that_it_names(string patch, string? rest)
    {
        await using var fixture = await RegistryFixture.WithFunctionAsync();
        var entry = await RegistryFixture.CreateAsync(fixture.Registry.Subscriptions, Body);

        var result = await PatchAsync(fixture.Registry.Subscriptions, entry.Id, patch);

        RegistryFixture.Text(fixture.Registry.Subscriptions, result.Entry!).ShouldBe(rest is null ? Start.TrimEnd(',') + "}" : Start + rest[1..]);
    }

    [Theory]
    [InlineData("""{"enbaled":null}""", "Unknown field \"enbaled\". Did you mean \"enabled\"?")]
    [InlineData("""{"delivery":{"retries":null}}""", "Unknown field \"delivery.retries\". Did you mean \"delivery.retry\"?")]
    [InlineData("""{"enabled":"yes"}""", "enabled: a string; true or false is accepted.")]
    [InlineData("""{"enabled":true,"Enabled":false}""", "enabled: given 2 times; once is accepted.")]
    [InlineData("""{"type":null}""", "type: null; a patch cannot remove this field.")]
    [InlineData("""{"Path":null}""", "path: null; a patch cannot remove this field.")]
    [InlineData("""{"type":"","path":"/a"}""", "type: required; sync and async are accepted.")]
    [InlineData("""{"metadata":{"a":1}}""", "metadata.a: a number; a string is accepted.")]
    [InlineData("null", "body: null; a JSON object is accepted.")]
    [InlineData("[]", "body: an array; a JSON object is accepted.")]
    public async Task Refuses_what_an_update_refuses(string patch, string problem)
    {
        await using var fixture = await RegistryFixture.WithFunctionAsync();
        var entry = await RegistryFixture.CreateAsync(fixture.Registry.Subscriptions, Body);

        var result = await PatchAsync(fixture.Registry.Subscriptions, entry.Id, patch);

        result.Error!.Messages.ShouldBe(["Subscription doesn't validate. Validation error: " + problem]);
        (await fixture.Store.GetAsync(new ConfigKey(RegistryFixture.Space, ConfigKind.Subscription, entry.Id), CancellationToken.None))!.Revision.ShouldBe(entry.Revision);
    }

    [Fact]
    public async Task Does_not_remove_what_makes_the_id()
    {
        await using var fixture = await RegistryFixture.WithFunctionAsync();

        (await PatchAsync(fixture.Registry.EventTypes, "test.event", """{"name":null}""")).Error!.Messages
            .ShouldBe(["Event Type doesn't validate. Validation error: name: null; a patch cannot remove this field."]);
        (await PatchAsync(fixture.Registry.Functions, "fn", """{"functionId":null}""")).Error!.Messages
            .ShouldBe(["Function doesn't validate. Validation error: functionId: null; a patch cannot remove this field."]);
    }

    [Fact]
    public async Task Does_not_change_what_makes_the_id()
    {
        await using var fixture = await RegistryFixture.WithFunctionAsync();
        var registry = fixture.Registry;
        var entry = await RegistryFixture.CreateAsync(registry.Subscriptions, Body);

        (await PatchAsync(registry.Subscriptions, entry.Id, """{"path":"/b"}""")).Error!.Messages.ShouldBe(["Invalid update. 'Path' of existing subscription cannot be updated."]);
        (await PatchAsync(registry.Functions, "fn", """{"functionId":"other"}""")).Error!.Messages.ShouldBe(
            ["Function doesn't validate. Validation error: functionId: \"other\"; \"fn\" is accepted, as in the URL, because it cannot be changed."]);
        (await PatchAsync(registry.EventTypes, "test.event", """{"name":"other"}""")).Error!.Messages.ShouldBe(
            ["Event Type doesn't validate. Validation error: name: \"other\"; \"test.event\" is accepted, as in the URL, because it cannot be changed."]);
        (await PatchAsync(registry.EventTypes, "missing", "{}")).Error!.Reason.ShouldBe(RegistryReason.NotFound);
    }

    [Fact]
    public async Task Keeps_stored_secrets_and_refuses_to_send_them_to_another_server()
    {
        await using var fixture = await RegistryFixture.StartAsync();
        var functions = fixture.Registry.Functions;
        await RegistryFixture.CreateAsync(functions, """{"functionId":"f","type":"http","provider":{"url":"https://a.example/","headers":{"X-Key":"secret","X-Old":"old"}}}""");

        var patched = await PatchAsync(functions, "f", """{"provider":{"url":"https://a.example/new","headers":{"x-old":null,"X-New":"new"}}}""");
        var moved = await PatchAsync(functions, "f", """{"provider":{"url":"https://b.example/"}}""");

        patched.Entry!.Resource.Provider.GetRawText().ShouldBe("""{"url":"https://a.example/new","headers":{"X-Key":"secret","X-New":"new"}}""");
        RegistryFixture.Text(functions, patched.Entry).ShouldContain("\"X-Key\":\"*****\"");
        moved.Error!.Messages.Count.ShouldBe(2);
        moved.Error.Messages[0].ShouldEndWith("provider.headers.X-Key is *****, but no secret is stored in this field for this server");
    }

    [Fact]
    public async Task Makes_a_patch_of_the_version_that_the_condition_names_only()
    {
        await using var fixture = await RegistryFixture.WithFunctionAsync();
        var types = fixture.Registry.EventTypes;
        var revision = types.Get(RegistryFixture.Space, "test.event").Entry!.Revision;

        (await PatchAsync(types, "test.event", """{"metadata":{"a":"1"}}""", new RevisionConditions { Match = RevisionSet.Of([revision]) })).Error.ShouldBeNull();
        (await PatchAsync(types, "test.event", """{"metadata":{"b":"1"}}""", new RevisionConditions { Match = RevisionSet.Of([revision]) })).Error!.Reason.ShouldBe(RegistryReason.Conflict);
        (await PatchAsync(types, "test.event", "{}", new RevisionConditions { NoneMatch = RevisionSet.Any })).Error!.Reason.ShouldBe(RegistryReason.Conflict);
        (await PatchAsync(types, "new", "{}", new RevisionConditions { NoneMatch = RevisionSet.Any })).Error!.Reason.ShouldBe(RegistryReason.NotFound);
    }

    [Fact]
    public async Task Loses_none_of_many_patches_at_the_same_time()
    {
        await using var fixture = await RegistryFixture.WithFunctionAsync();
        var types = fixture.Registry.EventTypes;

        var results = await Task.WhenAll(Enumerable.Range(0, 50).Select(
            i => PatchAsync(types, "test.event", $$$"""{"metadata":{"l{{{i}}}":"x"}}""").AsTask()));

        results.ShouldAllBe(result => result.Error == null);
        types.Get(RegistryFixture.Space, "test.event").Entry!.Resource.Metadata!.Count.ShouldBe(50);
    }

    [Fact]
    public async Task Refuses_a_patch_that_makes_the_resource_too_large()
    {
        await using var fixture = await RegistryFixture.WithFunctionAsync();
        var types = fixture.Registry.EventTypes;
        var label = new string('x', 600_000);

        (await PatchAsync(types, "test.event", $$$"""{"metadata":{"a":"{{{label}}}"}}""")).Error.ShouldBeNull();
        (await PatchAsync(types, "test.event", $$$"""{"metadata":{"b":"{{{label}}}"}}""")).Error!.Messages.ShouldHaveSingleItem().ShouldContain("body: the resource would have 1200");
    }

    private static ValueTask<RegistryResult<T>> PatchAsync<T>(Resources<T> resources, string id, string patch, RevisionConditions? conditions = null)
        where T : class, IResource =>
        resources.PatchAsync(RegistryFixture.Space, id, RegistryFixture.Utf8(patch), conditions ?? RevisionConditions.None, CancellationToken.None);
}
