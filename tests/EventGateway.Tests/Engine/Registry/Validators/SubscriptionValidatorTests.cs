using EventGateway.Abstractions.Resources;
using EventGateway.CloudEvents;
using EventGateway.Engine.Registry;
using EventGateway.Engine.Registry.Errors;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Registry.Validators;

public sealed class SubscriptionValidatorTests
{
    [Fact]
    public async Task Fills_in_the_defaults_and_derives_the_id()
    {
        await using var fixture = await RegistryFixture.WithFunctionAsync();

        var entry = await RegistryFixture.CreateAsync(fixture.Registry.Subscriptions, """{"type":"async","eventType":"test.event","functionId":"fn"}""");

        RegistryFixture.Text(fixture.Registry.Subscriptions, entry).ShouldBe(
            """{"space":"default","subscriptionId":"YXN5bmMsdGVzdC5ldmVudCxmbiwlMkYsUE9TVA","type":"async","eventType":"test.event","functionId":"fn","path":"/","method":"POST"}""");
    }

    [Fact]
    public async Task Shows_new_fields_only_where_they_are_set()
    {
        await using var fixture = await RegistryFixture.WithFunctionAsync();

        var entry = await RegistryFixture.CreateAsync(
            fixture.Registry.Subscriptions,
            """
            {"type":"sync","eventType":"http.request","functionId":"fn","path":"hello","method":"get","enabled":true,
             "cors":{"allowedOrigins":["https://a.example"]},"delivery":{"timeout":"PT90S","cloudEvents":"1.0-binary"},"metadata":{"k":"v"}}
            """);

        entry.Resource.Delivery.ShouldBe(new DeliverySettings { Timeout = TimeSpan.FromSeconds(90), CloudEvents = CloudEventFormat.V1Binary });
        RegistryFixture.Text(fixture.Registry.Subscriptions, entry).ShouldBe(
            """{"space":"default","subscriptionId":"c3luYyxodHRwLnJlcXVlc3QsJTJGaGVsbG8sR0VU","type":"sync","eventType":"http.request","functionId":"fn","path":"/hello","method":"GET","cors":{"allowedOrigins":["https://a.example"],"allowedMethods":["HEAD","GET","POST"],"allowedHeaders":["Origin","Accept","Content-Type"],"allowCredentials":false},"delivery":{"timeout":"PT1M30S","cloudEvents":"1.0-binary"},"enabled":true,"metadata":{"k":"v"}}""");
    }

    [Theory]
    [InlineData("retry", "99999999999", "a whole number from 0 to ")]
    [InlineData("retry", "1e400", "a whole number from 0 to ")]
    [InlineData("retry", "-9223372036854775809", "a whole number from 0 to ")]
    [InlineData("maxConcurrency", "4294967297", "a whole number from 1 to ")]
    [InlineData("rateLimit", "1e400", "a number from ")]
    [InlineData("rateLimit", "1e-400", "a number from ")]
    [InlineData("timeout", "\"PT99999999999999999999S\"", "an ISO 8601 duration such as PT30S")]
    [InlineData("timeout", "\"P2147483648Y\"", "an ISO 8601 duration such as PT30S")]
    [InlineData("backoffDelay", "\"P10675200D\"", "an ISO 8601 duration such as PT1S")]
    [InlineData("maxDelay", "\"PT0.00000000000000000001S\"", "an ISO 8601 duration such as PT10M")]
    [InlineData("disableAfter", "\"P31D\"", "an ISO 8601 duration such as P5D is accepted, above zero and at most P30D.")]
    [InlineData("disableAfter", "\"PT0S\"", "an ISO 8601 duration such as P5D is accepted, above zero and at most P30D.")]
    [InlineData("maxAge", "\"P99999999999Y\"", "an ISO 8601 duration such as P1D")]
    public async Task Refuses_a_number_that_is_out_of_range(string field, string value, string accepted)
    {
        await using var fixture = await RegistryFixture.WithFunctionAsync();

        var error = await RegistryFixture.RefuseAsync(
            fixture.Registry.Subscriptions, $$$"""{"type":"async","eventType":"test.event","functionId":"fn","delivery":{"{{{field}}}":{{{value}}}}}""");

        error.Messages.ShouldHaveSingleItem().ShouldContain($"delivery.{field}: ");
        error.Messages[0].ShouldContain(accepted);
    }

    [Fact]
    public async Task Reports_every_broken_rule()
    {
        await using var fixture = await RegistryFixture.StartAsync();

        var error = await RegistryFixture.RefuseAsync(
            fixture.Registry.Subscriptions,
            """
            {"type":"later","eventType":5,"method":"TRACE","path":[],"enabled":"yes","cors":{"allowedOrigins":[1]},
             "delivery":{"timeout":"P1D","cloudEvents":"2.0"},"metadata":{"a":1,"b":"x","b":"y"}}
            """,
            "ab");

        error.Reason.ShouldBe(RegistryReason.Invalid);
        error.Messages.ShouldBe(
        [
            "Subscription doesn't validate. Validation error: space: \"ab\"; at least 3 of letters, digits, '.', '-' and '_' are accepted.",
            "Subscription doesn't validate. Validation error: type: \"later\"; sync and async are accepted.",
            "Subscription doesn't validate. Validation error: eventType: a number; the name of an event type of the space is accepted.",
            "Subscription doesn't validate. Validation error: functionId: required; the id of a function of the space is accepted.",
            "Subscription doesn't validate. Validation error: path: an array; a string is accepted.",
            "Subscription doesn't validate. Validation error: method: \"TRACE\"; GET, POST, PUT, PATCH, DELETE, HEAD and OPTIONS are accepted.",
            "Subscription doesn't validate. Validation error: cors.allowedOrigins[0]: a number; a string is accepted.",
            "Subscription doesn't validate. Validation error: delivery.timeout: \"P1D\"; an ISO 8601 duration such as PT30S is accepted, above zero and at most PT1H.",
            "Subscription doesn't validate. Validation error: delivery.cloudEvents: \"2.0\"; 1.0, 1.0-binary and 0.1 are accepted.",
            "Subscription doesn't validate. Validation error: enabled: a string; true or false is accepted.",
            "Subscription doesn't validate. Validation error: metadata.a: a number; a string is accepted.",
            "Subscription doesn't validate. Validation error: metadata.b: given more than once; once is accepted.",
        ]);
        fixture.Store.Entries.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("PT0S")]
    [InlineData("-PT1S")]
    [InlineData("PT1H0.001S")]
    [InlineData("30s")]
    [InlineData("PT")]
    [InlineData("P99999999999D")]
    [InlineData("")]
    [InlineData(" PT1S")]
    public async Task Rejects_a_timeout_that_no_call_can_have(string timeout)
    {
        await using var fixture = await RegistryFixture.WithFunctionAsync();

        var error = await RegistryFixture.RefuseAsync(
            fixture.Registry.Subscriptions,
            $$$"""{"type":"async","eventType":"test.event","functionId":"fn","delivery":{"timeout":"{{{timeout}}}"}}""");

        error.Messages.ShouldHaveSingleItem().ShouldStartWith("Subscription doesn't validate. Validation error: delivery.timeout: ");
    }

    [Fact]
    public async Task Rejects_what_does_not_exist_in_the_same_space()
    {
        await using var fixture = await RegistryFixture.WithFunctionAsync();

        var error = await RegistryFixture.RefuseAsync(
            fixture.Registry.Subscriptions, """{"type":"async","eventType":"test.event","functionId":"fn"}""", "other");

        error.Reason.ShouldBe(RegistryReason.Invalid);
        error.Messages.ShouldBe(["Event Type \"test.event\" not found. Register it first.", "Function \"fn\" not found."]);
    }

    [Theory]
    [InlineData("http.request")]
    [InlineData("eventgateway.event.received")]
    [InlineData("eventgateway.function.invoking")]
    [InlineData("eventgateway.function.invoked")]
    [InlineData("eventgateway.function.invocationFailed")]
    public async Task Takes_built_in_event_types_without_registration(string eventType)
    {
        await using var fixture = await RegistryFixture.WithFunctionAsync();

        var entry = await RegistryFixture.CreateAsync(
            fixture.Registry.Subscriptions, $$"""{"type":"async","eventType":"{{eventType}}","functionId":"fn"}""");

        fixture.Registry.Routes.Match("POST", "/", eventType).Async.ShouldHaveSingleItem().Subscription.ShouldBe(entry.Resource);
    }

    [Theory]
    [InlineData("sync", "sync")]
    [InlineData("async", "async")]
    [InlineData("sync", "async")]
    [InlineData("async", "sync")]
    public async Task Rejects_the_same_event_and_function_twice_whatever_the_type(string first, string second)
    {
        await using var fixture = await RegistryFixture.WithFunctionAsync();
        var entry = await RegistryFixture.CreateAsync(fixture.Registry.Subscriptions, $$"""{"type":"{{first}}","eventType":"test.event","functionId":"fn"}""");

        var error = await RegistryFixture.RefuseAsync(fixture.Registry.Subscriptions, $$"""{"type":"{{second}}","eventType":"test.event","functionId":"fn"}""");

        error.Reason.ShouldBe(RegistryReason.AlreadyExists);
        error.Messages.ShouldBe([
            first == second
                ? $"Subscription \"{entry.Id}\" already exists."
                : $"Subscription \"{entry.Id}\" is {first} and calls the same function for test.event on the same method and path. An event calls a function once.",
        ]);
    }

    [Fact]
    public async Task Rejects_a_path_conflict_and_keeps_other_spaces_secret()
    {
        await using var fixture = await RegistryFixture.WithFunctionAsync();
        await RegistryFixture.CreateAsync(fixture.Registry.Functions, """{"functionId":"fn","type":"builtin","provider":{"name":"log"}}""", "other");
        await RegistryFixture.CreateAsync(fixture.Registry.Subscriptions, """{"type":"sync","eventType":"http.request","functionId":"fn","path":"/users/:secret"}""");

        var own = await RegistryFixture.RefuseAsync(fixture.Registry.Subscriptions, """{"type":"sync","eventType":"http.request","functionId":"fn","path":"/users/:id"}""");
        var foreign = await RegistryFixture.RefuseAsync(fixture.Registry.Subscriptions, """{"type":"sync","eventType":"http.request","functionId":"fn","path":"/users/:id"}""", "other");

        own.Reason.ShouldBe(RegistryReason.Invalid);
        own.Messages.ShouldHaveSingleItem().ShouldStartWith("Subscription path conflict: ");
        foreign.Messages.ShouldHaveSingleItem().ShouldStartWith("Subscription path conflict: ");
        foreign.Messages[0].ShouldNotContain("secret");
        foreign.Messages[0].ShouldNotContain("default");
    }

    [Fact]
    public async Task Rejects_changes_of_what_the_id_is_made_of()
    {
        await using var fixture = await RegistryFixture.WithFunctionAsync();
        var entry = await RegistryFixture.CreateAsync(fixture.Registry.Subscriptions, """{"type":"async","eventType":"test.event","functionId":"fn"}""");

        var result = await fixture.Registry.Subscriptions.UpdateAsync(
            RegistryFixture.Space, entry.Id, RegistryFixture.Utf8("""{"type":"sync","eventType":"x","functionId":"y","path":"/z","method":"GET"}"""), RevisionConditions.None, CancellationToken.None);

        result.Error!.Reason.ShouldBe(RegistryReason.Invalid);
        result.Error.Messages.ShouldBe(
        [
            "Invalid update. 'Type' of existing subscription cannot be updated.",
            "Invalid update. 'EventType' of existing subscription cannot be updated.",
            "Invalid update. 'FunctionID' of existing subscription cannot be updated.",
            "Invalid update. 'Path' of existing subscription cannot be updated.",
            "Invalid update. 'Method' of existing subscription cannot be updated.",
        ]);
    }

    [Fact]
    public async Task Moves_a_sync_subscription_to_another_function()
    {
        await using var fixture = await RegistryFixture.WithFunctionAsync();
        var registry = fixture.Registry;
        await RegistryFixture.CreateAsync(registry.Functions, """{"functionId":"next","type":"builtin","provider":{"name":"echo"}}""");
        var entry = await RegistryFixture.CreateAsync(registry.Subscriptions, """{"type":"sync","eventType":"test.event","functionId":"fn","path":"/a"}""");

        (await MoveAsync("next")).Entry!.Id.ShouldBe(entry.Id);

        registry.Routes.Match("POST", "/a", "test.event").Sync!.Function.FunctionId.ShouldBe("next");
        (await registry.Functions.DeleteAsync(RegistryFixture.Space, "next", RevisionConditions.None, CancellationToken.None)).Error!.Reason.ShouldBe(RegistryReason.InUse);
        (await registry.Functions.DeleteAsync(RegistryFixture.Space, "fn", RevisionConditions.None, CancellationToken.None)).Error.ShouldBeNull();
        (await MoveAsync("fn")).Error!.Messages.ShouldBe(["Function \"fn\" not found."]);

        ValueTask<RegistryResult<Subscription>> MoveAsync(string functionId) => registry.Subscriptions.UpdateAsync(
            RegistryFixture.Space,
            entry.Id,
            RegistryFixture.Utf8($$"""{"type":"sync","eventType":"test.event","functionId":"{{functionId}}","path":"/a"}"""),
            RevisionConditions.None,
            CancellationToken.None);
    }

    [Fact]
    public async Task Does_not_move_a_subscription_to_a_function_that_has_the_event_already_or_cannot_take_it()
    {
        await using var fixture = await RegistryFixture.WithFunctionAsync();
        var subscriptions = fixture.Registry.Subscriptions;
        await RegistryFixture.CreateAsync(fixture.Registry.Functions, """{"functionId":"web","type":"http","provider":{"url":"http://localhost/"}}""");
        await RegistryFixture.CreateAsync(subscriptions, """{"type":"async","eventType":"test.event","functionId":"fn","path":"/a"}""");
        await RegistryFixture.CreateAsync(subscriptions, """{"type":"sync","eventType":"test.event","functionId":"web","path":"/a"}""");
        await RegistryFixture.CreateAsync(subscriptions, """{"type":"sync","eventType":"test.event","functionId":"web","path":"/raw","requestMode":"raw"}""");

        var twice = await UpdateAsync("""{"type":"sync","eventType":"test.event","functionId":"fn","path":"/a"}""");
        var raw = await UpdateAsync("""{"type":"sync","eventType":"test.event","functionId":"fn","path":"/raw","requestMode":"raw"}""");

        twice.Reason.ShouldBe(RegistryReason.AlreadyExists);
        raw.Messages.ShouldHaveSingleItem().ShouldContain("requestMode: \"raw\"; the function is of the type builtin");

        async Task<RegistryError> UpdateAsync(string json)
        {
            var path = json.Contains("/raw", StringComparison.Ordinal) ? "/raw" : "/a";
            var id = SubscriptionId.Create(SubscriptionType.Sync, "test.event", "", path, "POST");
            return (await subscriptions.UpdateAsync(RegistryFixture.Space, id, RegistryFixture.Utf8(json), RevisionConditions.None, CancellationToken.None)).Error!;
        }
    }

    [Fact]
    public async Task Routes_a_subscription_only_while_it_is_enabled()
    {
        await using var fixture = await RegistryFixture.WithFunctionAsync();
        var subscriptions = fixture.Registry.Subscriptions;
        const string Json = """{"type":"sync","eventType":"test.event","functionId":"fn","path":"/a","enabled":ENABLED}""";
        var entry = await RegistryFixture.CreateAsync(subscriptions, Json.Replace("ENABLED", "true", StringComparison.Ordinal));
        fixture.Registry.Routes.Match("POST", "/a", "test.event").Sync.ShouldNotBeNull();

        await subscriptions.UpdateAsync(RegistryFixture.Space, entry.Id, RegistryFixture.Utf8(Json.Replace("ENABLED", "false", StringComparison.Ordinal)), RevisionConditions.None, CancellationToken.None);
        fixture.Registry.Routes.Match("POST", "/a", "test.event").Sync.ShouldBeNull();

        await subscriptions.UpdateAsync(RegistryFixture.Space, entry.Id, RegistryFixture.Utf8(Json.Replace("ENABLED", "null", StringComparison.Ordinal)), RevisionConditions.None, CancellationToken.None);
        fixture.Registry.Routes.Match("POST", "/a", "test.event").Sync.ShouldNotBeNull();

        await subscriptions.DeleteAsync(RegistryFixture.Space, entry.Id, RevisionConditions.None, CancellationToken.None);
        fixture.Registry.Routes.Match("POST", "/a", "test.event").IsEmpty.ShouldBeTrue();
        fixture.Store.Entries.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Finds_a_subscription_that_is_disabled_for_deliveries_that_were_accepted_before()
    {
        await using var fixture = await RegistryFixture.WithFunctionAsync();
        const string Json = """{"type":"async","eventType":"test.event","functionId":"fn","path":"/a","enabled":false}""";

        var entry = await RegistryFixture.CreateAsync(fixture.Registry.Subscriptions, Json);

        fixture.Registry.Routes.Match("POST", "/a", "test.event").IsEmpty.ShouldBeTrue();
        fixture.Registry.Find(RegistryFixture.Space, entry.Id, "fn")!.Function.FunctionId.ShouldBe("fn");
    }
}
