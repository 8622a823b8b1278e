using EventGateway.Abstractions.Resources;
using EventGateway.Engine;
using EventGateway.Engine.Registry;
using EventGateway.Engine.Registry.Errors;
using EventGateway.Engine.Routing;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Registry;

public sealed class EventTypeFamilyTests
{
    private const string Only =
        "'*' is accepted only at the end, as in invoice.*, for all event types that begin with \"invoice.\"; '*' alone is not accepted.";

    [Theory]
    [InlineData("*", Only)]
    [InlineData(".*", Only)]
    [InlineData("**", Only)]
    [InlineData("invoice*", Only)]
    [InlineData("invoice.*.paid", Only)]
    [InlineData("*.paid", Only)]
    [InlineData("a.*.*", Only)]
    [InlineData("a b.*", Names)]
    [InlineData("1.2.3.4.5.6.7.8.9.10.11.12.13.14.15.16.17.*", "at most 16 segments before the '*' are accepted.")]
    public async Task Accepts_the_sign_only_as_the_last_segment(string name, string problem)
    {
        await using var fixture = await RegistryFixture.StartAsync();

        (await RegistryFixture.RefuseAsync(fixture.Registry.EventTypes, $$"""{"name":"{{name}}"}""")).Messages
            .ShouldBe([$"Event Type doesn't validate. Validation error: name: \"{name}\"; {problem}"]);
        await RegistryFixture.CreateAsync(fixture.Registry.EventTypes, """{"name":"1.2.3.4.5.6.7.8.9.10.11.12.13.14.15.16.*"}""");
    }

    [Fact]
    public async Task Refuses_families_where_the_defaults_say_so_as_0_9_compatibility_does()
    {
        await using var fixture = await RegistryFixture.StartAsync(defaults: new GatewayDefaults { HasFamilies = false });

        (await RegistryFixture.RefuseAsync(fixture.Registry.EventTypes, """{"name":"invoice.*"}""")).Messages
            .ShouldBe([$"Event Type doesn't validate. Validation error: name: \"invoice.*\"; {Names}"]);
    }

    [Fact]
    public async Task Must_be_registered_and_stays_while_it_is_subscribed()
    {
        await using var fixture = await RegistryFixture.WithFunctionAsync();
        var registry = fixture.Registry;
        const string Subscription = """{"type":"async","eventType":"invoice.*","functionId":"fn"}""";
        (await RegistryFixture.RefuseAsync(registry.Subscriptions, Subscription)).Messages.ShouldBe(["Event Type \"invoice.*\" not found. Register it first."]);
        await CreateTypesAsync(fixture, "invoice.*", "invoice.paid");

        var created = await RegistryFixture.CreateAsync(registry.Subscriptions, Subscription);

        SubscriptionId.FindEventType(created.Id).ShouldBe("invoice.*");
        (await DeleteTypeAsync(registry, "invoice.*"))!.Reason.ShouldBe(RegistryReason.InUse);
        (await DeleteTypeAsync(registry, "invoice.paid")).ShouldBeNull();
        (await registry.Subscriptions.DeleteAsync(RegistryFixture.Space, created.Id, RevisionConditions.None, CancellationToken.None)).Error.ShouldBeNull();
        (await DeleteTypeAsync(registry, "invoice.*")).ShouldBeNull();
    }

    [Fact]
    public async Task Finds_the_registered_type_of_an_event_which_is_the_longest_family_when_its_own_is_not_registered()
    {
        await using var fixture = await RegistryFixture.WithFunctionAsync();
        await RegistryFixture.CreateAsync(fixture.Registry.Functions, """{"functionId":"guard","type":"builtin","provider":{"name":"echo"}}""");
        await RegistryFixture.CreateAsync(fixture.Registry.EventTypes, """{"name":"invoice.*","authorizerId":"guard"}""");
        await CreateTypesAsync(fixture, "invoice.payment.*", "invoice.paid");
        await RegistryFixture.CreateAsync(fixture.Registry.EventTypes, """{"name":"invoice.payment.refunded","authorizerId":"fn"}""");

        string? TypeOf(string type, string space = RegistryFixture.Space) => fixture.Registry.FindEventType(space, type)?.Name;
        string? AuthorizerOf(string type) => fixture.Registry.FindAuthorizer(RegistryFixture.Space, type)?.FunctionId;

        TypeOf("invoice.sent").ShouldBe("invoice.*");
        TypeOf("invoice.*").ShouldBe("invoice.*");
        TypeOf("invoice.payment.failed").ShouldBe("invoice.payment.*");
        TypeOf("invoice.paid").ShouldBe("invoice.paid");
        TypeOf("invoice").ShouldBeNull();
        TypeOf("invoice.sent", "other").ShouldBeNull();
        AuthorizerOf("invoice.sent").ShouldBe("guard");
        AuthorizerOf("invoice.paid").ShouldBeNull();
        AuthorizerOf("invoice.payment.failed").ShouldBeNull();
        AuthorizerOf("invoice.payment.refunded").ShouldBe("fn");
        (await DeleteTypeAsync(fixture.Registry, "invoice.payment.*")).ShouldBeNull();
        AuthorizerOf("invoice.payment.failed").ShouldBe("guard");
    }

    [Theory]
    [InlineData("async", "invoice.*", "async", "invoice.paid", true)]
    [InlineData("async", "invoice.paid", "async", "invoice.*", true)]
    [InlineData("async", "invoice.*", "async", "invoice.payment.*", true)]
    [InlineData("async", "invoice.payment.*", "async", "invoice.*", true)]
    [InlineData("async", "invoice.*", "async", "invoice.", true)]
    [InlineData("async", "http.*", "async", "http.request", true)]
    [InlineData("async", "http.request", "async", "http.*", true)]
    [InlineData("async", "eventgateway.function.invoked", "async", "eventgateway.*", true)]
    [InlineData("sync", "invoice.paid", "async", "invoice.*", true)]
    [InlineData("async", "invoice.*", "sync", "invoice.paid", true)]
    [InlineData("sync", "invoice.paid", "sync", "invoice.*", false)]
    [InlineData("async", "invoice.*", "async", "invoices.paid", false)]
    [InlineData("async", "invoice.payment.*", "async", "invoice.paid", false)]
    public async Task Refuses_to_call_a_function_twice_with_an_event(string firstType, string first, string secondType, string second, bool isRefused)
    {
        await using var fixture = await RegistryFixture.WithFunctionAsync();
        await RegistryFixture.CreateAsync(fixture.Registry.Functions, """{"functionId":"other","type":"builtin","provider":{"name":"log"}}""");
        await CreateTypesAsync(fixture, "invoice.*", "invoice.payment.*", "invoice.paid", "invoice.", "invoices.paid", "http.*", "eventgateway.*");
        var subscriptions = fixture.Registry.Subscriptions;
        var there = await RegistryFixture.CreateAsync(subscriptions, Subscription(firstType, first));
        await RegistryFixture.CreateAsync(subscriptions, Subscription(secondType, second, path: "/elsewhere"));
        await RegistryFixture.CreateAsync(subscriptions, Subscription(secondType, second, method: "PUT"));
        await RegistryFixture.CreateAsync(subscriptions, Subscription(secondType, second, function: secondType is "sync" ? "fn" : "other", path: secondType is "sync" ? "/sync" : "/"));

        if (!isRefused)
        {
            await RegistryFixture.CreateAsync(subscriptions, Subscription(secondType, second));
            return;
        }

        var error = await RegistryFixture.RefuseAsync(subscriptions, Subscription(secondType, second));

        error.Reason.ShouldBe(RegistryReason.AlreadyExists);
        error.Messages.ShouldBe(
        [
            $"Subscription \"{there.Id}\" to {first} calls the same function on the same method and path. It has events in common with {second}, and an event calls a function once.",
        ]);
        await subscriptions.DeleteAsync(RegistryFixture.Space, there.Id, RevisionConditions.None, CancellationToken.None);
        await RegistryFixture.CreateAsync(subscriptions, Subscription(secondType, second));
    }

    [Fact]
    public async Task Does_not_move_a_sync_subscription_to_a_function_that_has_the_family()
    {
        await using var fixture = await RegistryFixture.WithFunctionAsync();
        await RegistryFixture.CreateAsync(fixture.Registry.Functions, """{"functionId":"other","type":"builtin","provider":{"name":"log"}}""");
        await CreateTypesAsync(fixture, "invoice.*", "invoice.paid");
        await RegistryFixture.CreateAsync(fixture.Registry.Subscriptions, Subscription("async", "invoice.*"));
        var moved = await RegistryFixture.CreateAsync(fixture.Registry.Subscriptions, Subscription("sync", "invoice.paid", function: "other"));

        var result = await fixture.Registry.Subscriptions.UpdateAsync(
            RegistryFixture.Space, moved.Id, RegistryFixture.Utf8(Subscription("sync", "invoice.paid")), RevisionConditions.None, CancellationToken.None);

        result.Error!.Reason.ShouldBe(RegistryReason.AlreadyExists);
    }

    [Fact]
    public async Task Lets_one_of_two_writes_at_once_through_that_would_call_a_function_twice()
    {
        await using var fixture = await RegistryFixture.WithFunctionAsync();
        await CreateTypesAsync(fixture, "invoice.*", "invoice.paid");
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        fixture.Store.Gate = gate.Task;

        var writes = new[] { "invoice.*", "invoice.paid" }.Select(type => fixture.Registry.Subscriptions.CreateAsync(
            RegistryFixture.Space, RegistryFixture.Utf8(Subscription("async", type)), RevisionConditions.None, CancellationToken.None).AsTask()).ToList();
        gate.SetResult();

        (await Task.WhenAll(writes)).Count(static result => result.Error?.Reason is RegistryReason.AlreadyExists).ShouldBe(1);
    }

    [Fact]
    public async Task Names_subscriptions_to_families_as_close_to_an_event_that_none_takes()
    {
        await using var fixture = await RegistryFixture.WithFunctionAsync();
        await CreateTypesAsync(fixture, "invoice.*");
        fixture.Registry.DescribeNear(UnmatchedReason.NoType, "POST", "/x", "invoice.paid", inBatch: false).ShouldBe("no subscription selects this event type");

        var created = await RegistryFixture.CreateAsync(fixture.Registry.Subscriptions, Subscription("async", "invoice.*", path: "/x", method: "PUT"));

        fixture.Registry.DescribeNear(UnmatchedReason.NoPath, "PUT", "/y", "invoice.paid", inBatch: false).ShouldBe("there is one on PUT /x");
        fixture.Registry.DescribeNear(UnmatchedReason.NoMethod, "POST", "/x", "invoice.paid", inBatch: false).ShouldBe("there is one with PUT");
        await fixture.Registry.DisableAsync(RegistryFixture.Space, created.Id, "It rests.", CancellationToken.None);
        fixture.Registry.DescribeNear(UnmatchedReason.Disabled, "PUT", "/x", "invoice.paid", inBatch: false)
            .ShouldBe($"there is one, which is disabled (\"{created.Id}\" in the space default)");
    }

    private const string Names = "letters, digits, '.', '-', '_', ':', '/', '+' and '@' are accepted.";

    private static string Subscription(string type, string eventType, string function = "fn", string path = "/", string method = "POST") =>
        $$"""{"type":"{{type}}","eventType":"{{eventType}}","functionId":"{{function}}","path":"{{path}}","method":"{{method}}"}""";

    private static async Task CreateTypesAsync(RegistryFixture fixture, params string[] names)
    {
        foreach (var name in names)
        {
            await RegistryFixture.CreateAsync(fixture.Registry.EventTypes, $$"""{"name":"{{name}}"}""");
        }
    }

    private static async Task<RegistryError?> DeleteTypeAsync(GatewayRegistry registry, string name) =>
        (await registry.EventTypes.DeleteAsync(RegistryFixture.Space, name, RevisionConditions.None, CancellationToken.None)).Error;
}
