using EventGateway.Abstractions.Resources;
using EventGateway.Engine;
using EventGateway.Engine.Registry;
using EventGateway.Engine.Registry.Errors;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Registry.Validators;

public sealed class ResourceValidatorTests
{
    [Theory]
    [InlineData("", "body: empty; a JSON object is accepted.")]
    [InlineData("  \n", "body: empty; a JSON object is accepted.")]
    [InlineData("[]", "body: an array; a JSON object is accepted.")]
    [InlineData("\"x\"", "body: a string; a JSON object is accepted.")]
    [InlineData("7", "body: a number; a JSON object is accepted.")]
    [InlineData("hello", "body: not valid JSON at line 1, byte 1; a JSON object is accepted.")]
    [InlineData("{\"name\":", "body: not valid JSON at line 1, byte 9; a JSON object is accepted.")]
    [InlineData("{\"name\":\"\\ud800\"}", "body: not valid Unicode text at byte 8; a JSON object is accepted.")]
    [InlineData("null", "name: required; letters, digits, '.', '-', '_', ':', '/', '+' and '@' are accepted.")]
    [InlineData("{}", "name: required; letters, digits, '.', '-', '_', ':', '/', '+' and '@' are accepted.")]
    [InlineData("{\"name\":\"\"}", "name: required; letters, digits, '.', '-', '_', ':', '/', '+' and '@' are accepted.")]
    [InlineData("{\"name\":{}}", "name: an object; letters, digits, '.', '-', '_', ':', '/', '+' and '@' are accepted.")]
    [InlineData("{\"name\":\"a b\"}", "name: \"a b\"; letters, digits, '.', '-', '_', ':', '/', '+' and '@' are accepted.")]
    [InlineData("{\"name\":\"a\",\"NAME\":\"b\"}", "name: given 2 times; once is accepted.")]
    [InlineData("{\"name\":\"a\",\"metadata\":[]}", "metadata: an array; an object of strings is accepted.")]
    [InlineData("{\"name\":\"a\",\"dedupWindow\":\"-PT1S\"}", "dedupWindow: \"-PT1S\"; an ISO 8601 duration such as PT10M is accepted, from PT0S to P7D.")]
    [InlineData("{\"name\":\"a\",\"dedupWindow\":\"P8D\"}", "dedupWindow: \"P8D\"; an ISO 8601 duration such as PT10M is accepted, from PT0S to P7D.")]
    [InlineData("{\"name\":\"a\",\"dedupWindow\":\"10m\"}", "dedupWindow: \"10m\"; an ISO 8601 duration such as PT10M is accepted, from PT0S to P7D.")]
    [InlineData("{\"name\":\"a\",\"authorizerId\":\"no\"}", "authorizerId: function \"no\" not found; the id of a function of the space is accepted.")]
    public async Task Rejects_a_body_that_is_no_event_type(string body, string problem)
    {
        await using var fixture = await RegistryFixture.StartAsync();

        var error = await RegistryFixture.RefuseAsync(fixture.Registry.EventTypes, body);

        error.Reason.ShouldBe(RegistryReason.Invalid);
        error.Messages.ShouldBe(["Event Type doesn't validate. Validation error: " + problem]);
    }

    [Fact]
    public async Task Rejects_bytes_that_are_no_text_and_nesting_without_end()
    {
        await using var fixture = await RegistryFixture.StartAsync();

        var bytes = await fixture.Registry.EventTypes.CreateAsync("default", new byte[] { (byte)'{', (byte)'"', 0xFF, (byte)'"', (byte)':', (byte)'1', (byte)'}' }, RevisionConditions.None, CancellationToken.None);
        var deep = await RegistryFixture.RefuseAsync(fixture.Registry.EventTypes, "{\"name\":\"a\",\"x\":" + new string('[', 100_000));

        bytes.Error!.Messages.ShouldHaveSingleItem().ShouldContain("body: not valid");
        deep.Messages.ShouldHaveSingleItem().ShouldContain("body: not valid JSON");
    }

    [Theory]
    [InlineData("""{"name":"a","foo":1,"bar":{"a":1}}""")]
    [InlineData("""{"name":"a"} xxx""")]
    public async Task Ignores_what_0_9_ignored_where_the_defaults_say_so(string body)
    {
        await using var fixture = await RegistryFixture.StartAsync(defaults: new GatewayDefaults { IgnoresUnknown = true });

        var entry = await RegistryFixture.CreateAsync(fixture.Registry.EventTypes, body);

        RegistryFixture.Text(fixture.Registry.EventTypes, entry).ShouldBe("""{"space":"default","name":"a"}""");
        (await RegistryFixture.RefuseAsync(fixture.Registry.EventTypes, body)).Messages.ShouldBe(["Event Type \"a\" already exists."]);
    }

    [Fact]
    public async Task Ignores_unknown_settings_of_a_provider_where_the_defaults_say_so()
    {
        await using var fixture = await RegistryFixture.StartAsync(defaults: new GatewayDefaults { IgnoresUnknown = true });

        var entry = await RegistryFixture.CreateAsync(
            fixture.Registry.Functions, """{"functionId":"f","type":"http","provider":{"url":"http://localhost","timeout":1}}""");

        RegistryFixture.Text(fixture.Registry.Functions, entry).ShouldBe("""{"space":"default","functionId":"f","type":"http","provider":{"url":"http://localhost"}}""");
    }

    [Theory]
    [InlineData("""{"NAME":"a","space":"elsewhere"}""")]
    [InlineData("""{"name":"a","metadata":null,"authorizerId":null}""")]
    [InlineData("""{"name":"a","metadata":{}}""")]
    public async Task Takes_what_existing_clients_send(string body)
    {
        await using var fixture = await RegistryFixture.StartAsync();

        var entry = await RegistryFixture.CreateAsync(fixture.Registry.EventTypes, body);

        RegistryFixture.Text(fixture.Registry.EventTypes, entry).ShouldBe("""{"space":"default","name":"a"}""");
    }

    [Fact]
    public async Task Names_the_types_that_a_function_may_have_and_asks_its_provider()
    {
        await using var fixture = await RegistryFixture.StartAsync();
        var functions = fixture.Registry.Functions;

        (await RegistryFixture.RefuseAsync(functions, """{"functionId":"f","type":"gcloud"}""")).Messages
            .ShouldBe(["Function doesn't validate. Validation error: type: \"gcloud\"; accepted: builtin, http."]);
        (await RegistryFixture.RefuseAsync(functions, """{"functionId":"a/b"}""")).Messages.ShouldBe(
        [
            "Function doesn't validate. Validation error: functionId: \"a/b\"; letters, digits, '.', '-' and '_' are accepted.",
            "Function doesn't validate. Validation error: type: required; accepted: builtin, http.",
        ]);
        (await RegistryFixture.RefuseAsync(functions, """{"functionId":"f","type":"http"}""")).Messages
            .ShouldHaveSingleItem().ShouldStartWith("Function doesn't validate. Validation error: provider");
    }

    [Fact]
    public async Task Keeps_functions_that_are_in_use()
    {
        await using var fixture = await RegistryFixture.WithFunctionAsync();
        var registry = fixture.Registry;
        var subscription = await RegistryFixture.CreateAsync(registry.Subscriptions, """{"type":"async","eventType":"test.event","functionId":"fn"}""");
        await RegistryFixture.CreateAsync(registry.EventTypes, """{"name":"guarded","authorizerId":"fn"}""");

        (await DeleteAsync(registry.Functions, "fn"))!.ShouldBe($"Function cannot be deleted because it's subscribed to a least one event. Subscription \"{subscription.Id}\" calls it.");
        (await DeleteAsync(registry.EventTypes, "test.event"))!.ShouldBe("Event type cannot be deleted because there are subscriptions using it.");

        (await DeleteAsync(registry.Subscriptions, subscription.Id)).ShouldBeNull();
        (await DeleteAsync(registry.Functions, "fn"))!.ShouldBe("Function fn cannot be deleted because is used as an authorizer for guarded event type.");
        (await DeleteAsync(registry.EventTypes, "test.event")).ShouldBeNull();
        (await DeleteAsync(registry.EventTypes, "guarded")).ShouldBeNull();
        (await DeleteAsync(registry.Functions, "fn")).ShouldBeNull();
        registry.ListSpaces().ShouldBeEmpty();
    }

    [Fact]
    public async Task Calls_the_function_as_it_was_last_updated()
    {
        await using var fixture = await RegistryFixture.WithFunctionAsync();
        var registry = fixture.Registry;
        await RegistryFixture.CreateAsync(registry.Subscriptions, """{"type":"sync","eventType":"test.event","functionId":"fn","path":"/s"}""");
        await RegistryFixture.CreateAsync(registry.Subscriptions, """{"type":"async","eventType":"test.event","functionId":"fn","path":"/a"}""");

        await registry.Functions.UpdateAsync(
            "default", "fn", RegistryFixture.Utf8("""{"type":"http","provider":{"url":"http://a.example/"}}"""), RevisionConditions.None, CancellationToken.None);

        registry.Routes.Match("POST", "/s", "test.event").Sync!.Function.Type.ShouldBe("http");
        registry.Routes.Match("POST", "/a", "test.event").Async.ShouldHaveSingleItem().Function.Type.ShouldBe("http");
    }

    [Fact]
    public async Task Gives_cors_configurations_their_escaped_id_and_routes_them()
    {
        await using var fixture = await RegistryFixture.StartAsync();
        var cors = fixture.Registry.Cors;

        var entry = await RegistryFixture.CreateAsync(cors, """{"method":"GET","path":"/a b/\u00e9:x","allowedHeaders":[]}""");

        RegistryFixture.Text(cors, entry).ShouldBe(
            """{"space":"default","corsId":"GET%2Fa%20b%2F%C3%A9:x","method":"GET","path":"/a b/é:x","allowedOrigins":["*"],"allowedMethods":["HEAD","GET","POST"],"allowedHeaders":["Origin","Accept","Content-Type"],"allowCredentials":false}""");
        fixture.Registry.Routes.FindCors("GET", "/a%20b/%C3%A9:x").ShouldNotBeNull();
        (await RegistryFixture.RefuseAsync(cors, """{"method":"GET","path":"/a b/\u00e9:x"}""")).Messages
            .ShouldBe(["CORS configuration \"GET%2Fa%20b%2F%C3%A9:x\" already exists."]);
        (await DeleteAsync(cors, entry.Id)).ShouldBeNull();
        fixture.Registry.Routes.FindCors("GET", "/a%20b/%C3%A9:x").ShouldBeNull();
    }

    [Fact]
    public async Task Rejects_another_method_or_path_for_a_cors_configuration()
    {
        await using var fixture = await RegistryFixture.StartAsync();
        await RegistryFixture.CreateAsync(fixture.Registry.Cors, """{"method":"GET","path":"/c"}""");

        var result = await fixture.Registry.Cors.UpdateAsync(
            "default", "GET%2Fc", RegistryFixture.Utf8("""{"method":"PUT","path":"/d"}"""), RevisionConditions.None, CancellationToken.None);

        result.Error!.Messages.ShouldBe(
        [
            "Invalid update. 'Method' of existing CORS configuration cannot be updated.",
            "Invalid update. 'Path' of existing CORS configuration cannot be updated.",
        ]);
    }

    private static async Task<string?> DeleteAsync<T>(Resources<T> resources, string id)
        where T : class, IResource =>
        (await resources.DeleteAsync("default", id, RevisionConditions.None, CancellationToken.None)).Error?.Messages[0];
}
