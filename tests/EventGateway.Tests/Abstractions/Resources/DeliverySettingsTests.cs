using EventGateway.Abstractions.Resources;
using EventGateway.Engine.Registry;
using EventGateway.Engine.Registry.Errors;
using EventGateway.Engine.Registry.State;
using EventGateway.Tests.Engine.Registry;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Abstractions.Resources;

public sealed class DeliverySettingsTests
{
    private const string Whole =
        """
        {"guarantee":"atMostOnce","retry":7,"backoffPolicy":"linear","backoffDelay":"PT0.5S","maxDelay":"PT2M","jitter":false,"maxAge":"P3DT4H","maxConcurrency":3,"rateLimit":0.25,"deadLetterFunctionId":"fn","keepAnswers":true}
        """;

    private static readonly DeliverySettings AllSettings = new()
    {
        Guarantee = DeliveryGuarantee.AtMostOnce,
        Retry = 7,
        BackoffPolicy = BackoffPolicy.Linear,
        BackoffDelay = TimeSpan.FromSeconds(0.5),
        MaxDelay = TimeSpan.FromMinutes(2),
        Jitter = false,
        MaxAge = new TimeSpan(3, 4, 0, 0),
        MaxConcurrency = 3,
        RateLimit = 0.25,
        DeadLetterFunctionId = "fn",
        KeepAnswers = true,
    };

    [Fact]
    public async Task Keeps_every_setting_and_shows_it_as_it_was_given()
    {
        var store = new MemoryConfigStore();
        string id;
        await using (var fixture = await WithFunctionAsync(store))
        {
            var entry = await CreateAsync(fixture, Whole);
            id = entry.Id;
            entry.Resource.Delivery.ShouldBe(AllSettings);
        }

        await using var restarted = await RegistryFixture.StartAsync(store);

        var stored = restarted.Registry.Subscriptions.Get(RegistryFixture.Space, id).Entry!;
        stored.Resource.Delivery.ShouldBe(AllSettings);
        RegistryFixture.Text(restarted.Registry.Subscriptions, stored).ShouldContain("\"delivery\":" + Whole.Trim());
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"guarantee":"atLeastOnce"}""")]
    [InlineData("""{"retry":0}""")]
    [InlineData("""{"retry":1000}""")]
    [InlineData("""{"backoffPolicy":"exponential"}""")]
    [InlineData("""{"backoffDelay":"P1D"}""")]
    [InlineData("""{"backoffDelay":"PT0.001S","maxDelay":"PT0.001S"}""")]
    [InlineData("""{"maxDelay":"P1D"}""")]
    [InlineData("""{"jitter":true}""")]
    [InlineData("""{"maxAge":"P30D"}""")]
    [InlineData("""{"maxConcurrency":1}""")]
    [InlineData("""{"maxConcurrency":10000}""")]
    [InlineData("""{"rateLimit":1E-05}""")]
    [InlineData("""{"rateLimit":0.1}""")]
    [InlineData("""{"rateLimit":1000000}""")]
    public async Task Shows_only_what_was_set(string delivery)
    {
        await using var fixture = await WithFunctionAsync();

        var entry = await CreateAsync(fixture, delivery);

        RegistryFixture.Text(fixture.Registry.Subscriptions, entry).ShouldEndWith($"\"delivery\":{delivery}}}");
    }

    [Theory]
    [InlineData("""{"retry":5.0}""", """{"retry":5}""")]
    [InlineData("""{"maxConcurrency":1e2}""", """{"maxConcurrency":100}""")]
    [InlineData("""{"Retry":1,"jitter":null}""", """{"retry":1}""")]
    [InlineData("""{"maxAge":"PT36H"}""", """{"maxAge":"P1DT12H"}""")]
    public async Task Takes_other_spellings(string sent, string shown)
    {
        await using var fixture = await WithFunctionAsync();

        var entry = await CreateAsync(fixture, sent);

        RegistryFixture.Text(fixture.Registry.Subscriptions, entry).ShouldEndWith($"\"delivery\":{shown}}}");
    }

    [Theory]
    [InlineData("guarantee", "\"exactlyOnce\"", "\"exactlyOnce\"; atLeastOnce and atMostOnce are accepted.")]
    [InlineData("guarantee", "true", "a boolean; atLeastOnce and atMostOnce are accepted.")]
    [InlineData("retry", "-1", "-1; a whole number from 0 to 1000 is accepted.")]
    [InlineData("retry", "1001", "1001; a whole number from 0 to 1000 is accepted.")]
    [InlineData("retry", "1.5", "1.5; a whole number from 0 to 1000 is accepted.")]
    [InlineData("retry", "\"3\"", "a string; a whole number from 0 to 1000 is accepted.")]
    [InlineData("backoffPolicy", "\"Linear\"", "\"Linear\"; exponential and linear are accepted.")]
    [InlineData("backoffDelay", "\"PT0S\"", "\"PT0S\"; an ISO 8601 duration such as PT1S is accepted, above zero and at most PT24H.")]
    [InlineData("backoffDelay", "\"P1DT1S\"", "\"P1DT1S\"; an ISO 8601 duration such as PT1S is accepted, above zero and at most PT24H.")]
    [InlineData("backoffDelay", "1", "a number; an ISO 8601 duration such as PT1S is accepted, above zero and at most PT24H.")]
    [InlineData("maxDelay", "\"10m\"", "\"10m\"; an ISO 8601 duration such as PT10M is accepted, above zero and at most PT24H.")]
    [InlineData("maxDelay", "\"PT0.5S\"", "\"PT0.5S\"; accepted: PT1S (backoffDelay) or more.")]
    [InlineData("jitter", "\"yes\"", "a string; true or false is accepted.")]
    [InlineData("maxAge", "\"P31D\"", "\"P31D\"; an ISO 8601 duration such as P1D is accepted, above zero and at most P30D.")]
    [InlineData("maxAge", "\"-P1D\"", "\"-P1D\"; an ISO 8601 duration such as P1D is accepted, above zero and at most P30D.")]
    [InlineData("maxConcurrency", "0", "0; a whole number from 1 to 10000 is accepted.")]
    [InlineData("maxConcurrency", "10001", "10001; a whole number from 1 to 10000 is accepted.")]
    [InlineData("rateLimit", "0", "0; a number from 0.00001 to 1000000 is accepted.")]
    [InlineData("rateLimit", "1e-300", "0; a number from 0.00001 to 1000000 is accepted.")]
    [InlineData("rateLimit", "1000000.5", "1000000.5; a number from 0.00001 to 1000000 is accepted.")]
    [InlineData("rateLimit", "1e400", "Infinity; a number from 0.00001 to 1000000 is accepted.")]
    [InlineData("rateLimit", "[1]", "an array; a number from 0.00001 to 1000000 is accepted.")]
    [InlineData("deadLetterFunctionId", "7", "a number; the id of a function of the space is accepted.")]
    public async Task Says_what_a_setting_accepts(string name, string value, string problem)
    {
        await using var fixture = await WithFunctionAsync();

        var error = await RegistryFixture.RefuseAsync(fixture.Registry.Subscriptions, Json($"{{\"{name}\":{value}}}"));

        error.Reason.ShouldBe(RegistryReason.Invalid);
        error.Messages.ShouldBe([$"Subscription doesn't validate. Validation error: delivery.{name}: {problem}"]);
    }

    [Theory]
    [InlineData("retries", "Unknown field \"delivery.retries\". Did you mean \"delivery.retry\"?")]
    [InlineData("enabled", "Unknown field \"delivery.enabled\". Did you mean \"enabled\"?")]
    [InlineData("colour", "Unknown field \"delivery.colour\". timeout, cloudEvents, guarantee, retry, backoffPolicy, backoffDelay, maxDelay, jitter, maxAge, maxConcurrency, rateLimit, deadLetterFunctionId, disableAfter and keepAnswers are accepted.")]
    public async Task Refuses_an_unknown_setting(string name, string problem)
    {
        await using var fixture = await WithFunctionAsync();

        var error = await RegistryFixture.RefuseAsync(fixture.Registry.Subscriptions, Json($"{{\"{name}\":1}}"));

        error.Messages.ShouldBe([$"Subscription doesn't validate. Validation error: {problem}"]);
    }

    [Fact]
    public async Task Reports_every_broken_setting()
    {
        await using var fixture = await WithFunctionAsync();

        var error = await RegistryFixture.RefuseAsync(
            fixture.Registry.Subscriptions, Json("""{"guarantee":"","retry":-1,"backoffDelay":"PT2M","maxDelay":"PT1M","maxAge":"x","rateLimit":-1}"""));

        error.Messages.Select(message => message.Split(": ")[1]).ShouldBe(
            ["delivery.guarantee", "delivery.retry", "delivery.maxAge", "delivery.rateLimit", "delivery.maxDelay"]);
        error.Messages[^1].ShouldEndWith("\"PT1M\"; accepted: PT2M (backoffDelay) or more.");
    }

    [Fact]
    public async Task Names_an_existing_function_for_dead_letters()
    {
        await using var fixture = await WithFunctionAsync();
        var subscriptions = fixture.Registry.Subscriptions;
        const string Missing = """{"deadLetterFunctionId":"nobody"}""";

        (await RegistryFixture.RefuseAsync(subscriptions, Json(Missing))).Messages.ShouldBe(["Function \"nobody\" not found."]);

        var entry = await CreateAsync(fixture, """{"deadLetterFunctionId":"fn"}""");
        var update = await subscriptions.UpdateAsync(
            RegistryFixture.Space, entry.Id, RegistryFixture.Utf8(Json(Missing)), RevisionConditions.None, CancellationToken.None);
        update.Error!.Messages.ShouldBe(["Function \"nobody\" not found."]);
    }

    [Fact]
    public async Task Keeps_a_function_while_it_takes_dead_letters()
    {
        await using var fixture = await WithFunctionAsync();
        await RegistryFixture.CreateAsync(fixture.Registry.Functions, """{"functionId":"dead","type":"builtin","provider":{"name":"log"}}""");
        var entry = await CreateAsync(fixture, """{"deadLetterFunctionId":"dead"}""");

        (await DeleteAsync("dead")).ShouldBe("Function cannot be deleted because it's subscribed to a least one event. A subscription names it as its deadLetterFunctionId.");

        await fixture.Registry.Subscriptions.UpdateAsync(
            RegistryFixture.Space, entry.Id, RegistryFixture.Utf8(Json("{}")), RevisionConditions.None, CancellationToken.None);
        (await DeleteAsync("dead")).ShouldBeNull();

        async Task<string?> DeleteAsync(string id) =>
            (await fixture.Registry.Functions.DeleteAsync(RegistryFixture.Space, id, RevisionConditions.None, CancellationToken.None)).Error?.Messages[0];
    }

    [Fact]
    public async Task Holds_equal_settings_of_many_subscriptions_once()
    {
        await using var fixture = await WithFunctionAsync();

        var one = await CreateAsync(fixture, Whole, "/one");
        var two = await CreateAsync(fixture, Whole, "/two");
        var other = await CreateAsync(fixture, """{"retry":1}""", "/three");

        Held(two).ShouldBeSameAs(Held(one));
        Held(other).ShouldNotBe(Held(one));

        await fixture.Registry.Subscriptions.DeleteAsync(RegistryFixture.Space, one.Id, RevisionConditions.None, CancellationToken.None);
        var three = await CreateAsync(fixture, Whole, "/four");
        Held(three).ShouldBeSameAs(Held(two));

        DeliverySettings Held(ResourceEntry<Subscription> entry) =>
            fixture.Registry.Subscriptions.Get(RegistryFixture.Space, entry.Id).Entry!.Resource.Delivery!;
    }

    private static async Task<RegistryFixture> WithFunctionAsync(MemoryConfigStore? store = null)
    {
        var fixture = await RegistryFixture.StartAsync(store);
        await RegistryFixture.CreateAsync(fixture.Registry.Functions, """{"functionId":"fn","type":"builtin","provider":{"name":"log"}}""");
        return fixture;
    }

    private static Task<ResourceEntry<Subscription>> CreateAsync(RegistryFixture fixture, string delivery, string path = "/") =>
        RegistryFixture.CreateAsync(fixture.Registry.Subscriptions, Json(delivery, path));

    private static string Json(string delivery, string path = "/") =>
        $$"""{"type":"async","eventType":"http.request","functionId":"fn","path":"{{path}}","delivery":{{delivery.Trim()}}}""";
}
