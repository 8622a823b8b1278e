using System.Text.Json;
using System.Text.Json.Nodes;
using EventGateway.Abstractions.Delivery;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Api.Delivery;

public sealed class ReplayEndpointsTests : IAsyncLifetime
{
    private const string Families =
        "'*' is accepted only at the end, as in invoice.*, for all event types that begin with \"invoice.\"; '*' alone is not accepted.";

    private readonly TaskCompletionSource _reading = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DeliveryApiFixture _api = null!;
    private string _subscriptionId = "";

    public async ValueTask InitializeAsync()
    {
        _api = await DeliveryApiFixture.StartAsync();
        _api.Events.BeforePage = () => _reading.Task;
        await _api.ReadAsync("POST", "functions", 201, """{"functionId":"f","type":"http","provider":{"url":"http://localhost"}}""");
        await _api.ReadAsync("POST", "eventtypes", 201, """{"name":"user.created"}""");
        _subscriptionId = await SubscribeAsync("async");
    }

    public async ValueTask DisposeAsync()
    {
        _reading.TrySetResult();
        await _api.DisposeAsync();
    }

    [Fact]
    public async Task Starts_a_replay()
    {
        var replay = await StartAsync(("from", "2026-01-31T13:30:00+01:00"), ("to", "2026-01-31T13:00:00Z"));

        replay.GetProperty("replayId").GetString().ShouldNotBeNullOrEmpty();
        replay.GetProperty("subscriptionId").GetString().ShouldBe(_subscriptionId);
        replay.GetProperty("from").GetString().ShouldBe("2026-01-31T12:30:00Z");
        replay.GetProperty("to").GetString().ShouldBe("2026-01-31T13:00:00Z");
        replay.GetProperty("eventTypes").GetRawText().ShouldBe("""["user.created"]""");
        replay.GetProperty("state").GetString().ShouldBe("running");
        replay.GetProperty("replayed").GetInt64().ShouldBe(0);
        replay.GetProperty("createdAt").GetDateTime().Kind.ShouldBe(DateTimeKind.Utc);
        replay.TryGetProperty("error", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Lists_shows_pauses_resumes_and_cancels_replays()
    {
        var first = Id(await StartAsync());
        var second = Id(await StartAsync());

        (await _api.ReadAsync("GET", "replays")).GetProperty("replays").EnumerateArray().Select(Id).ShouldBe([second, first]);
        State(await _api.ReadAsync("POST", $"replays/{first}/pause")).ShouldBe("paused");
        State(await _api.ReadAsync("GET", $"replays/{first}")).ShouldBe("paused");
        State(await _api.ReadAsync("POST", $"replays/{first}/resume")).ShouldBe("running");
        (await _api.SendAsync("DELETE", $"replays/{first}")).Code.ShouldBe(204);
        State(await _api.ReadAsync("GET", $"replays/{first}")).ShouldBe("cancelled");
        (await _api.RefusedAsync("POST", $"replays/{first}/pause", 409)).ShouldBe([$"Replay {first} has ended (cancelled)."]);
        (await _api.SendAsync("DELETE", $"replays/{first}")).Code.ShouldBe(204);
        (await _api.RefusedAsync("GET", $"replays/{first}", 404)).ShouldHaveSingleItem().ShouldStartWith($"There is no replay {first} in space default");
        (await _api.SendAsync("DELETE", $"replays/{first}")).Code.ShouldBe(404);
        (await _api.SendAsync("POST", $"replays/{first}/resume")).Code.ShouldBe(404);
    }

    [Theory]
    [InlineData("", "body: empty; a JSON object is accepted.")]
    [InlineData("{}", "subscriptionId: required; the id of an async subscription is accepted.")]
    [InlineData("""{"subscriptionId":"none"}""", "subscriptionId: \"none\"; the id of an async subscription of space default is accepted.")]
    [InlineData("""{"subscriptionId":"s","from":"now"}""", "from: \"now\"; an RFC 3339 date and time such as 2026-01-31T12:30:00Z is accepted.")]
    [InlineData("""{"subscriptionId":"s","to":5}""", "to: a number; an RFC 3339 date and time such as 2026-01-31T12:30:00Z is accepted.")]
    [InlineData("""{"subscriptionId":"s","eventTypes":"a"}""", "eventTypes: a string; an array of strings is accepted.")]
    [InlineData("""{"subscriptionId":"s","eventTypes":["*"]}""", $"eventTypes[0]: \"*\"; {Families}")]
    [InlineData("""{"subscriptionId":"s","eventTypes":["a","inv.*","inv.*.*"]}""", $"eventTypes[2]: \"inv.*.*\"; {Families}")]
    [InlineData("""{"subscriptionId":"s","eventTypes":[""]}""", "eventTypes[0]: \"\"; letters, digits, '.', '-', '_', ':', '/', '+' and '@' are accepted.")]
    [InlineData(
        """{"subscriptionId":"s","from":"2026-01-31T12:30:00Z","to":"2026-01-31T12:30:00Z"}""", "from: not before \"to\"; an earlier time is accepted.")]
    public async Task Refuses_what_it_cannot_replay(string body, string message) =>
        (await _api.RefusedAsync("POST", "replays", 400, body)).ShouldBe([message]);

    [Fact]
    public async Task Selects_types_by_any_characters_that_senders_may_choose_within_a_family()
    {
        var body = new JsonObject { ["subscriptionId"] = _subscriptionId, ["eventTypes"] = new JsonArray("user.*", "user.signed up, again") };

        var replay = await _api.ReadAsync("POST", "replays", 201, body.ToJsonString());

        replay.GetProperty("eventTypes").GetRawText().ShouldBe("""["user.*","user.signed up, again"]""");
    }

    [Fact]
    public async Task Refuses_a_sync_subscription()
    {
        var id = await SubscribeAsync("sync");

        (await _api.RefusedAsync("POST", "replays", 400, new JsonObject { ["subscriptionId"] = id }.ToJsonString()))
            .ShouldHaveSingleItem().ShouldStartWith("subscriptionId: ");
    }

    [Fact]
    public async Task Says_when_to_come_back_where_the_store_cannot_be_written()
    {
        var replay = Id(await StartAsync());
        _api.Replays.Fault = new IOException("The disk is full.");

        (await _api.RefusedAsync("POST", "replays", 503, new JsonObject { ["subscriptionId"] = _subscriptionId }.ToJsonString())).ShouldBe(["The disk is full."]);
        (await _api.RefusedAsync("POST", $"replays/{replay}/pause", 503)).ShouldBe(["The disk is full."]);
        (await _api.ReadAsync("GET", "replays")).GetProperty("replays").GetArrayLength().ShouldBe(1);
        _api.Replays.Fault = null;
        State(await _api.ReadAsync("POST", $"replays/{replay}/pause")).ShouldBe("paused");
        _api.Replays.Find(replay)!.State.ShouldBe(ReplayState.Paused);
    }

    [Theory]
    [InlineData("PUT", "replays", "GET, HEAD, POST")]
    [InlineData("POST", "replays/1", "GET, HEAD, DELETE")]
    [InlineData("GET", "replays/1/pause", "POST")]
    [InlineData("GET", "replays/1/resume", "POST")]
    public async Task Names_the_methods_that_are_accepted(string method, string path, string allow)
    {
        var answer = await _api.SendAsync(method, path);

        answer.Code.ShouldBe(405);
        answer.Allow.ShouldBe(allow);
    }

    private static string Id(JsonElement replay) => replay.GetProperty("replayId").GetString()!;

    private static string? State(JsonElement replay) => replay.GetProperty("state").GetString();

    private Task<JsonElement> StartAsync(params (string Name, string Value)[] fields)
    {
        var body = new JsonObject { ["subscriptionId"] = _subscriptionId };
        foreach (var (name, value) in fields)
        {
            body[name] = value;
        }

        return _api.ReadAsync("POST", "replays", 201, body.ToJsonString());
    }

    private async Task<string> SubscribeAsync(string type)
    {
        var body = $$"""{"type":"{{type}}","eventType":"user.created","functionId":"f","path":"/{{type}}"}""";
        return (await _api.ReadAsync("POST", "subscriptions", 201, body)).GetProperty("subscriptionId").GetString()!;
    }
}
