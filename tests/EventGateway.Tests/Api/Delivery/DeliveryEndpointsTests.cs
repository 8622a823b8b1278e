using System.Text.Json;
using EventGateway.Abstractions.Delivery;
using EventGateway.Abstractions.Resources;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Api.Delivery;

public sealed class DeliveryEndpointsTests : IAsyncLifetime
{
    private DeliveryApiFixture _api = null!;

    public async ValueTask InitializeAsync() => _api = await DeliveryApiFixture.StartAsync();

    public ValueTask DisposeAsync() => _api.DisposeAsync();

    [Fact]
    public async Task Lists_what_waits_and_then_what_is_dead()
    {
        _api.Dispatching.Route("f1");
        _api.Dispatching.Route("f2");
        _api.Waiting.Add("1-1-1", "f1", Failed);
        _api.Waiting.Add("1-2-1", "f2");
        _api.DeadLetters.Add(Dead("7"));

        (await _api.ReadAsync("GET", "deliveries")).GetRawText().ShouldBe(
            """
            {"deliveries":[
            {"deliveryId":"1-1-1","eventId":"e1-1-1","eventType":"user.created","subscriptionId":"sub-f1","functionId":"f1","acceptedAt":"2026-01-31T12:00:00Z",
            "state":"retrying","dueAt":"2026-01-31T13:00:00Z","attempts":3,"status":503,"error":"no","heldBy":"backoff"},
            {"deliveryId":"1-2-1","eventId":"e1-2-1","eventType":"user.created","subscriptionId":"sub-f2","functionId":"f2","acceptedAt":"2026-01-31T12:00:00Z",
            "state":"waiting","dueAt":"2026-01-31T12:00:00Z","attempts":0},
            {"deliveryId":"7","eventId":"e7","eventType":"user.created","subscriptionId":"sub-f1","functionId":"f1","acceptedAt":"2026-01-31T12:00:00Z",
            "state":"dead","attempts":2,"status":400,"error":"never"}]}
            """.ReplaceLineEndings(""));
    }

    [Theory]
    [InlineData("state=waiting", "2")]
    [InlineData("state=retrying", "1")]
    [InlineData("state=paused", "3,4")]
    [InlineData("state=dead", "7,8")]
    [InlineData("functionId=f1", "1,7,8")]
    [InlineData("subscriptionId=sub-f2", "2")]
    [InlineData("state=waiting&functionId=f1", "")]
    public async Task Selects(string query, string expected)
    {
        AddAll();

        string.Join(',', Ids(await _api.ReadAsync("GET", $"deliveries?{query}"))).ShouldBe(expected);
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("", 2)]
    [InlineData("", 4)]
    [InlineData("", 5)]
    [InlineData("&state=dead", 1)]
    [InlineData("&state=paused", 1)]
    public async Task Pages_through_all_states_without_an_empty_page(string filter, int limit)
    {
        AddAll();
        var all = Ids(await _api.ReadAsync("GET", $"deliveries?limit=100{filter}")).ToList();

        var ids = new List<string?>();
        for (var cursor = ""; ;)
        {
            var page = await _api.ReadAsync("GET", $"deliveries?limit={limit}{filter}{cursor}");
            Ids(page).ShouldNotBeEmpty();
            ids.AddRange(Ids(page));
            if (!page.TryGetProperty("cursor", out var next))
            {
                break;
            }

            cursor = $"&cursor={next.GetString()}";
        }

        ids.ShouldBe(all);
    }

    [Theory]
    [InlineData("state=stuck", "state: \"stuck\"; waiting, retrying, paused or dead is accepted.")]
    [InlineData("functionid=a", "Unknown query parameter \"functionid\". Did you mean \"functionId\"?")]
    [InlineData("functionId=", "functionId: empty; leave it out, or give it a value.")]
    [InlineData("functionId=a&functionId=b", "functionId: given more than once; once is accepted.")]
    [InlineData("limit=0", "limit: \"0\"; a whole number from 1 to 1000 is accepted.")]
    public async Task Refuses_a_parameter_that_is_wrong(string query, string error) =>
        (await _api.RefusedAsync("GET", $"deliveries?{query}")).ShouldBe([error]);

    // "dead", "1-1-1-1" and "x" in Base64url.
    [Theory]
    [InlineData("state=dead&cursor=MS0xLTEtMQ")]
    [InlineData("state=dead&cursor=eA")]
    public async Task A_cursor_of_another_list_lists_nothing(string query)
    {
        AddAll();

        (await _api.ReadAsync("GET", $"deliveries?{query}")).GetRawText().ShouldBe("""{"deliveries":[]}""");
    }

    [Theory]
    [InlineData("state=waiting", 1)]
    [InlineData("state=retrying", 1)]
    [InlineData("subscriptionId=sub-f1", 1)]
    [InlineData("functionId=f3", 0)]
    [InlineData("functionId=f9", 0)]
    [InlineData("state=waiting&functionId=f1", 0)]
    [InlineData("all=true", 2)]
    public async Task Retries_the_deliveries_that_a_filter_selects_and_that_are_not_paused(string query, int retried)
    {
        AddAll();

        (await _api.ReadAsync("POST", $"deliveries/retry?{query}", 202)).GetRawText().ShouldBe($$"""{"retried":{{retried}}}""");
    }

    [Theory]
    [InlineData("", "all: no filter is given; at least one of state, subscriptionId and functionId is accepted, or all=true.")]
    [InlineData("?all=false", "all: no filter is given; at least one of state, subscriptionId and functionId is accepted, or all=true.")]
    [InlineData("?all=true&functionId=f1", "all: true beside a filter; one of them is accepted.")]
    [InlineData("?state=dead", "state: \"dead\"; waiting or retrying is accepted.")]
    [InlineData("?functionid=a", "Unknown query parameter \"functionid\". Did you mean \"functionId\"?")]
    public async Task Refuses_a_retry_that_may_select_all_by_accident(string query, string error) =>
        (await _api.RefusedAsync("POST", $"deliveries/retry{query}")).ShouldBe([error]);

    [Fact]
    public async Task Retries_one_delivery()
    {
        AddAll();

        (await _api.ReadAsync("POST", "deliveries/1/retry", 202)).GetRawText().ShouldBe("""{"retried":1}""");
        (await _api.RefusedAsync("POST", "deliveries/9/retry", 404))
            .ShouldBe(["There is no delivery 9 in space default that waits: it was delivered, dropped, or became a dead letter."]);
        (await _api.SendAsync("GET", "deliveries/1/retry")).Code.ShouldBe(405);
    }

    // One to f1 that failed, one to f2 that waits, two that are paused, two dead ones to f1.
    private void AddAll()
    {
        _api.Dispatching.Route("f1");
        _api.Dispatching.Route("f2");
        var disabled = _api.Dispatching.Route("f3");
        _api.Dispatching.Put(new Route(disabled.Subscription with { Enabled = false }, disabled.Function));
        _api.Waiting.Add("1", "f1", Failed);
        _api.Waiting.Add("2", "f2");
        _api.Waiting.Add("3", "f3", Failed);
        _api.Waiting.Add("4", "missing");
        _api.DeadLetters.Add(Dead("8"));
        _api.DeadLetters.Add(Dead("7"));
    }

    private static WaitingDelivery Failed(WaitingDelivery delivery) => delivery with
    {
        Attempts = 3,
        Status = 503,
        Error = "no",
        IsDue = false,
        DueAt = delivery.AcceptedAt + TimeSpan.FromHours(1),
    };

    private static DeadLetter Dead(string id) => new()
    {
        Id = id,
        Subscription = new SubscriptionKey("default", "sub-f1", "f1"),
        EventId = "e" + id,
        EventType = "user.created",
        AcceptedAt = new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero),
        DiedAt = new DateTimeOffset(2026, 1, 31, 12, 1, 0, TimeSpan.Zero),
        Attempts = 2,
        Reason = "no",
        Status = 400,
        Error = "never",
        Event = "{}"u8.ToArray(),
    };

    private static IEnumerable<string?> Ids(JsonElement list) =>
        list.GetProperty("deliveries").EnumerateArray().Select(delivery => delivery.GetProperty("deliveryId").GetString());
}
