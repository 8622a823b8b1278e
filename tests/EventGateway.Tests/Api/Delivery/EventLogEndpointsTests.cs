using System.Text.Json;
using EventGateway.Abstractions.Delivery;
using EventGateway.Abstractions.Functions;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Api.Delivery;

public sealed class EventLogEndpointsTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Accepted = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    private DeliveryApiFixture _api = null!;

    public async ValueTask InitializeAsync() => _api = await DeliveryApiFixture.StartAsync();

    public ValueTask DisposeAsync() => _api.DisposeAsync();

    [Fact]
    public async Task Lists_events_newest_first()
    {
        _api.Events.Add(Logged("1") with { Time = "2026-01-31T13:00:00+02:00" });
        _api.Events.Add(Logged("2"));
        _api.Events.Add(Logged("3") with { Space = "other" });

        var list = await _api.ReadAsync("GET", "events");

        list.GetRawText().ShouldBe(
            """
            {"events":[{"eventId":"2","eventType":"user.created","source":"/users","acceptedAt":"2026-01-31T12:02:00Z"},
            {"eventId":"1","eventType":"user.created","source":"/users","time":"2026-01-31T13:00:00+02:00","acceptedAt":"2026-01-31T12:01:00Z"}]}
            """.ReplaceLineEndings(""));
    }

    [Fact]
    public async Task Pages_with_the_cursor_of_the_page_before()
    {
        Add(3);

        var first = await _api.ReadAsync("GET", "events?limit=2");
        var second = await _api.ReadAsync("GET", $"events?limit=2&cursor={first.GetProperty("cursor").GetString()}");

        Ids(first).ShouldBe(["3", "2"]);
        Ids(second).ShouldBe(["1"]);
        second.TryGetProperty("cursor", out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("type=user.deleted", "4")]
    [InlineData("source=%2Fother", "5")]
    [InlineData("id=2", "2")]
    [InlineData("from=2026-01-31T12:03:00Z", "5,4,3")]
    [InlineData("to=2026-01-31T12:03:00Z", "2,1")]
    [InlineData("from=2026-01-31T13:02:00%2B01:00&to=2026-01-31T13:04:00+01:00", "3,2")]
    [InlineData("type=user.created&from=2026-01-31T12:02:30.5Z&source=%2Fusers", "3")]
    public async Task Filters(string query, string expected)
    {
        Add(3);
        _api.Events.Add(Logged("4") with { Type = "user.deleted" });
        _api.Events.Add(Logged("5") with { Source = "/other" });

        string.Join(',', Ids(await _api.ReadAsync("GET", $"events?{query}"))).ShouldBe(expected);
    }

    [Fact]
    public async Task Shows_what_waits_for_a_missing_subscription_as_orphaned()
    {
        var route = _api.Dispatching.Route("f1", subscriptionId: "s1");
        LoggedDelivery Waiting(DeliveryState state) => new() { Subscription = new("default", "s1", "f1"), AcceptedAt = Accepted, State = state, Attempts = [] };
        _api.Events.Add(Logged("1") with { Deliveries = [Waiting(DeliveryState.Waiting), Waiting(DeliveryState.Delivered)] });

        (await StatesAsync()).ShouldBe(["waiting", "delivered"]);
        _api.Dispatching.Remove(route);
        (await StatesAsync()).ShouldBe(["orphaned", "delivered"]);

        async Task<IEnumerable<string?>> StatesAsync() => (await _api.ReadAsync("GET", "events/1")).GetProperty("deliveries")
            .EnumerateArray().Select(delivery => delivery.GetProperty("state").GetString());
    }

    [Fact]
    public async Task Shows_an_event_with_every_delivery_and_attempt()
    {
        _api.Dispatching.Route("f1", subscriptionId: "s1");
        _api.Events.Add(Logged("a/b") with
        {
            AcceptedAt = Accepted,
            Event = """{"id":"a/b","data":{"n":1.50}}"""u8.ToArray(),
            Deliveries =
            [
                new LoggedDelivery
                {
                    Subscription = new("default", "s1", "f1"),
                    AcceptedAt = Accepted,
                    State = DeliveryState.Waiting,
                    DueAt = Accepted + TimeSpan.FromSeconds(9),
                    Attempts =
                    [
                        new(Accepted, TimeSpan.FromMilliseconds(12.3456), FunctionOutcome.Retryable, 500, "It says \"no\"."),
                        new(Accepted + TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), FunctionOutcome.TimedOut, null, "Too slow."),
                    ],
                },
                new LoggedDelivery
                {
                    Subscription = new("default", "s2", "f2"),
                    Cause = DeliveryCause.HandedOn,
                    AcceptedAt = Accepted + TimeSpan.FromHours(1),
                    State = DeliveryState.DeadLettered,
                    Attempts = [],
                },
            ],
        });

        (await _api.ReadAsync("GET", "events/a%2Fb")).GetRawText().ShouldBe(
            """
            {"eventId":"a/b","eventType":"user.created","source":"/users","acceptedAt":"2026-01-31T12:00:00Z",
            "event":{"id":"a/b","data":{"n":1.50}},"deliveries":[
            {"subscriptionId":"s1","functionId":"f1","cause":"accepted","acceptedAt":"2026-01-31T12:00:00Z","state":"waiting","dueAt":"2026-01-31T12:00:09Z","attempts":[
            {"time":"2026-01-31T12:00:00Z","durationMs":12.346,"outcome":"retryable","status":500,"error":"It says \"no\"."},
            {"time":"2026-01-31T12:00:01Z","durationMs":2000,"outcome":"timedOut","error":"Too slow."}]},
            {"subscriptionId":"s2","functionId":"f2","cause":"handedOn","acceptedAt":"2026-01-31T13:00:00Z","state":"deadLettered","attempts":[]}]}
            """.ReplaceLineEndings(""));
    }

    [Fact]
    public async Task Says_that_there_is_none()
    {
        Add(1);

        (await _api.RefusedAsync("GET", "events/2", 404)).ShouldHaveSingleItem().ShouldStartWith("There is no event 2 in the log of space default");
        (await _api.RefusedAsync("GET", "/v1/spaces/other/events/1", 404)).ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("from=yesterday", "from: \"yesterday\"; an RFC 3339 date and time such as 2026-01-31T12:30:00Z is accepted.")]
    [InlineData("to=2026-02-30T00:00:00Z", "to: \"2026-02-30T00:00:00Z\"; an RFC 3339 date and time such as 2026-01-31T12:30:00Z is accepted.")]
    [InlineData("from=2026-01-31T12:30:00Z&to=2026-01-31T12:30:00Z", "from: not before \"to\"; an earlier time is accepted.")]
    [InlineData("limit=many", "limit: \"many\"; a whole number from 1 to 1000 is accepted.")]
    [InlineData("eventType=x", "Unknown query parameter \"eventType\". Did you mean \"type\"?")]
    public async Task Refuses_a_list_that_it_cannot_answer(string query, string message) =>
        (await _api.RefusedAsync("GET", $"events?{query}")).ShouldBe([message]);

    [Theory]
    [InlineData("events")]
    [InlineData("events/1")]
    public async Task Names_the_method_that_is_accepted(string path)
    {
        var answer = await _api.SendAsync("DELETE", path);

        answer.Code.ShouldBe(405);
        answer.Allow.ShouldBe("GET, HEAD");
    }

    private static IEnumerable<string> Ids(JsonElement list) =>
        list.GetProperty("events").EnumerateArray().Select(logged => logged.GetProperty("eventId").GetString()!);

    private void Add(int count)
    {
        for (var number = 1; number <= count; number++)
        {
            _api.Events.Add(Logged($"{number}"));
        }
    }

    private static LoggedEvent Logged(string id) => new()
    {
        Space = "default",
        Id = id,
        Type = "user.created",
        Source = "/users",
        AcceptedAt = Accepted + TimeSpan.FromMinutes(int.TryParse(id, out var minutes) ? minutes : 0),
        Event = "{}"u8.ToArray(),
        Deliveries = [],
    };
}
