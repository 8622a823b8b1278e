using System.Text;
using System.Text.Json;
using EventGateway.Abstractions.Delivery;
using EventGateway.Tests.Api.Config;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Api.Delivery;

public sealed class DeadLetterEndpointsTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Accepted = new(2026, 1, 31, 12, 30, 0, TimeSpan.Zero);

    private DeliveryApiFixture _api = null!;

    public async ValueTask InitializeAsync() => _api = await DeliveryApiFixture.StartAsync();

    public ValueTask DisposeAsync() => _api.DisposeAsync();

    [Fact]
    public async Task Lists_dead_letters_newest_first_without_their_events()
    {
        _api.DeadLetters.Add(Letter("1") with { Status = 400, Error = "It said: no such user" });
        Add("2");
        _api.DeadLetters.Add(Letter("3") with { Subscription = new("other", "s", "f") });

        var list = await _api.ReadAsync("GET", "deadletters");

        Ids(list).ShouldBe(["2", "1"]);
        list.TryGetProperty("cursor", out _).ShouldBeFalse();
        list.GetProperty("deadLetters")[1].GetRawText().ShouldBe(
            """
            {"deadLetterId":"1","space":"default","subscriptionId":"s","functionId":"f","eventId":"e1","eventType":"user.created",
            "acceptedAt":"2026-01-31T12:30:00Z","diedAt":"2026-01-31T12:31:00Z","attempts":3,"reason":"It said \"no\".","status":400,
            "error":"It said: no such user"}
            """.ReplaceLineEndings(""));
        list.GetProperty("deadLetters")[0].TryGetProperty("status", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Pages_with_the_cursor_of_the_page_before()
    {
        foreach (var id in (string[])["1", "2", "3"])
        {
            Add(id);
        }

        var first = await _api.ReadAsync("GET", "deadletters?limit=2");
        var second = await _api.ReadAsync("GET", $"deadletters?limit=2&cursor={first.GetProperty("cursor").GetString()}");

        Ids(first).ShouldBe(["3", "2"]);
        Ids(second).ShouldBe(["1"]);
        second.TryGetProperty("cursor", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Lists_a_page_of_any_length()
    {
        for (var number = 1; number <= 101; number++)
        {
            Add($"{number}");
        }

        var first = await _api.ReadAsync("GET", "deadletters");
        var second = await _api.ReadAsync("GET", $"deadletters?cursor={first.GetProperty("cursor").GetString()}");

        Ids(first).ShouldBe(Enumerable.Range(2, 100).Reverse().Select(number => $"{number}"));
        Ids(second).ShouldBe(["1"]);
    }

    [Theory]
    [InlineData("subscriptionId=s2", "2")]
    [InlineData("functionId=f3", "3")]
    [InlineData("eventType=user.deleted", "4")]
    [InlineData("subscriptionId=s2&functionId=f3", "")]
    [InlineData("subscriptionId=a%2Cb", "5")]
    public async Task Filters(string query, string expected)
    {
        Add("1");
        Add("2", subscriptionId: "s2");
        Add("3", functionId: "f3");
        Add("4", eventType: "user.deleted");
        Add("5", subscriptionId: "a,b");

        string.Join(',', Ids(await _api.ReadAsync("GET", $"deadletters?{query}"))).ShouldBe(expected);
    }

    [Fact]
    public async Task Shows_a_dead_letter_with_its_event_as_it_was()
    {
        var nested = new string('[', 60) + "1.50" + new string(']', 60);
        _api.DeadLetters.Add(Letter("1") with { Event = Encoding.UTF8.GetBytes($$"""{"id":"e1","data":{{nested}}}""") });

        var letter = await _api.ReadAsync("GET", "deadletters/1");

        letter.GetProperty("reason").GetString().ShouldBe("It said \"no\".");
        letter.GetProperty("event").GetRawText().ShouldBe($$"""{"id":"e1","data":{{nested}}}""");
    }

    [Fact]
    public async Task Redelivers_one_and_has_its_subscription_looked_after()
    {
        _api.Dispatching.Route("f", subscriptionId: "s");
        Add("1");
        Add("2");

        (await _api.ReadAsync("POST", "deadletters/1/redeliver", 202)).GetProperty("redelivered").GetInt32().ShouldBe(1);

        _api.DeadLetters.Ids.ShouldBe(["2"]);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        (await _api.Dispatching.Durable.NextLeaseAsync(patience.Token)).ShouldBe(new SubscriptionKey("default", "s", "f"));
    }

    [Fact]
    public async Task Redelivers_what_a_filter_selects()
    {
        _api.Dispatching.Route("f2", subscriptionId: "s");
        Add("1");
        Add("2", functionId: "f2");

        (await _api.ReadAsync("POST", "deadletters/redeliver?functionId=f2", 202)).GetProperty("redelivered").GetInt32().ShouldBe(1);
        (await _api.ReadAsync("POST", "deadletters/redeliver?functionId=f2", 202)).GetProperty("redelivered").GetInt32().ShouldBe(0);

        _api.DeadLetters.Ids.ShouldBe(["1"]);
    }

    [Fact]
    public async Task Does_not_redeliver_to_a_subscription_that_is_gone()
    {
        Add("1", subscriptionId: "gone");

        (await _api.RefusedAsync("POST", "deadletters/1/redeliver", 409)).ShouldHaveSingleItem().ShouldContain("gone");

        _api.DeadLetters.Ids.ShouldBe(["1"]);
    }

    [Fact]
    public async Task Leaves_dead_letters_whose_subscription_is_gone_when_many_are_redelivered()
    {
        _api.Dispatching.Route("f", subscriptionId: "s");
        Add("1");
        Add("2", subscriptionId: "gone");
        Add("3");

        (await _api.ReadAsync("POST", "deadletters/redeliver?all=true", 202)).GetProperty("redelivered").GetInt32().ShouldBe(2);
        (await _api.ReadAsync("POST", "deadletters/redeliver?all=true", 202)).GetProperty("redelivered").GetInt32().ShouldBe(0);

        _api.DeadLetters.Ids.ShouldBe(["2"]);
    }

    [Fact]
    public async Task Says_when_to_come_back_where_the_store_is_full()
    {
        _api.Dispatching.Route("f", subscriptionId: "s");
        Add("1");
        _api.DeadLetters.IsFull = true;

        var answer = await _api.SendAsync("POST", "deadletters/redeliver?all=true");

        answer.Code.ShouldBe(503, answer.Body);
        answer.RetryAfter.ShouldBe("1");
    }

    [Fact]
    public async Task Deletes_one()
    {
        Add("1");
        Add("2");

        (await _api.SendAsync("DELETE", "deadletters/1")).Code.ShouldBe(204);
        (await _api.RefusedAsync("DELETE", "deadletters/1", 404)).ShouldBe(["There is no dead letter 1 in space default."]);

        _api.DeadLetters.Ids.ShouldBe(["2"]);
    }

    [Theory]
    [InlineData("subscriptionId=s2", 1)]
    [InlineData("all=true", 3)]
    [InlineData("eventType=none", 0)]
    public async Task Deletes_what_is_selected(string query, int expected)
    {
        Add("1");
        Add("2", subscriptionId: "s2");
        Add("3");

        (await _api.ReadAsync("DELETE", $"deadletters?{query}")).GetProperty("deleted").GetInt32().ShouldBe(expected);

        _api.DeadLetters.Ids.Count.ShouldBe(3 - expected);
    }

    [Theory]
    [InlineData("", "all: no filter is given; at least one of subscriptionId, functionId and eventType is accepted, or all=true.")]
    [InlineData("?all=false", "all: no filter is given; at least one of subscriptionId, functionId and eventType is accepted, or all=true.")]
    [InlineData("?all=yes", "all: \"yes\"; true or false is accepted.")]
    [InlineData("?all=true&functionId=f", "all: true beside a filter; one of them is accepted.")]
    [InlineData("?functionId=", "functionId: empty; leave it out, or give it a value.")]
    [InlineData("?functionId=f&functionId=g", "functionId: given more than once; once is accepted.")]
    [InlineData("?all=true&functionid=f", "Unknown query parameter \"functionid\". Did you mean \"functionId\"?")]
    public async Task Selects_nothing_by_accident(string query, string message)
    {
        Add("1");

        (await _api.RefusedAsync("DELETE", $"deadletters{query}")).ShouldBe([message]);
        (await _api.RefusedAsync("POST", $"deadletters/redeliver{query}")).ShouldBe([message]);

        _api.DeadLetters.Ids.ShouldBe(["1"]);
    }

    [Theory]
    [InlineData("limit=0", "limit: \"0\"; a whole number from 1 to 1000 is accepted.")]
    [InlineData("limit=1001", "limit: \"1001\"; a whole number from 1 to 1000 is accepted.")]
    [InlineData("cursor=%21", "cursor: not one that a list answered; the \"cursor\" of the previous page is accepted.")]
    [InlineData("eventtype=x", "Unknown query parameter \"eventtype\". Did you mean \"eventType\"?")]
    public async Task Refuses_a_list_that_it_cannot_answer(string query, string message) =>
        (await _api.RefusedAsync("GET", $"deadletters?{query}")).ShouldBe([message]);

    [Theory]
    [InlineData("PUT", "deadletters", "GET, HEAD, DELETE")]
    [InlineData("PUT", "deadletters/1", "GET, HEAD, DELETE")]
    [InlineData("GET", "deadletters/redeliver", "POST")]
    [InlineData("GET", "deadletters/1/redeliver", "POST")]
    public async Task Names_the_methods_that_are_accepted(string method, string path, string allow)
    {
        var answer = await _api.SendAsync(method, path);

        answer.Code.ShouldBe(405);
        answer.Allow.ShouldBe(allow);
    }

    [Theory]
    [InlineData("GET", "deadletters/none")]
    [InlineData("POST", "deadletters/none/redeliver")]
    [InlineData("GET", "/v1/spaces/other/deadletters/1")]
    public async Task Says_that_there_is_none(string method, string path)
    {
        Add("1");

        (await _api.RefusedAsync(method, path, 404)).ShouldHaveSingleItem().ShouldStartWith("There is no dead letter");
    }

    [Fact]
    public async Task Is_not_there_without_a_durable_store()
    {
        await using var plain = await ConfigApiFixture.StartAsync();

        (await plain.SendAsync("GET", "/v1/spaces/default/deadletters")).Code.ShouldBe(404);
    }

    private static IEnumerable<string> Ids(JsonElement list) =>
        list.GetProperty("deadLetters").EnumerateArray().Select(letter => letter.GetProperty("deadLetterId").GetString()!);

    private void Add(string id, string subscriptionId = "s", string functionId = "f", string eventType = "user.created", int? status = null) =>
        _api.DeadLetters.Add(Letter(id) with
        {
            Subscription = new SubscriptionKey("default", subscriptionId, functionId),
            EventType = eventType,
            Status = status,
        });

    private static DeadLetter Letter(string id) => new()
    {
        Id = id,
        Subscription = new SubscriptionKey("default", "s", "f"),
        EventId = "e" + id,
        EventType = "user.created",
        AcceptedAt = Accepted,
        DiedAt = Accepted + TimeSpan.FromMinutes(1),
        Attempts = 3,
        Reason = "It said \"no\".",
        Event = "{}"u8.ToArray(),
    };
}
