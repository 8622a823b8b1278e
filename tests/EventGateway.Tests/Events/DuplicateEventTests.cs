using EventGateway.Abstractions.Resources;
using EventGateway.Options;
using EventGateway.Tests.Engine.Registry;
using EventGateway.Tests.Harness;
using EventGateway.Tests.Http;
using Microsoft.AspNetCore.Http;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Events;

/// <summary>Events and requests that are repeated within their window.</summary>
public sealed class DuplicateEventTests
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    [Theory]
    [InlineData(DeliveryGuarantee.AtMostOnce)]
    [InlineData(DeliveryGuarantee.AtLeastOnce)]
    public async Task Answers_a_repeated_event_like_the_first_one_and_delivers_it_once(DeliveryGuarantee guarantee)
    {
        await using var gateway = await StartAsync(options => options with { Durability = guarantee });
        var first = await gateway.SendAsync(TestRequests.Event(), TestRequests.Structured);
        var second = await gateway.SendAsync(TestRequests.Event(), TestRequests.Structured);
        gateway.Clock.Advance(Window);
        var later = await gateway.SendAsync(TestRequests.Event(), TestRequests.Structured);

        Describe(first).ShouldBe((202, "7", "1", ""));
        Describe(second).ShouldBe((202, "7", "1", "true"));
        Describe(later).ShouldBe((202, "7", "1", ""));
        await ShouldGetAsync(gateway, "7", "7");
    }

    [Fact]
    public async Task Another_source_or_another_id_is_another_event()
    {
        await using var gateway = await StartAsync();
        string[] others =
        [
            TestRequests.Structured,
            TestRequests.Structured.Replace("/s", "/t", StringComparison.Ordinal),
            TestRequests.Structured.Replace("\"7\"", "\"8\"", StringComparison.Ordinal),
        ];
        foreach (var other in others)
        {
            Describe(await gateway.SendAsync(TestRequests.Event(), other)).Duplicate.ShouldBe("");
        }

        // The data and the mode do not tell events apart.
        var binary = TestRequests.Of(headers: [("ce-specversion", "1.0"), ("ce-id", "7"), ("ce-source", "/s"), ("ce-type", "test.event")]);
        Describe(await gateway.SendAsync(binary, "other data")).Duplicate.ShouldBe("true");
        await ShouldGetAsync(gateway, "7", "7", "8");
    }

    [Fact]
    public async Task Repeats_nothing_without_a_window()
    {
        await using var gateway = await StartAsync(options => options with { DedupWindow = default });
        for (var i = 0; i < 2; i++)
        {
            Describe(await gateway.SendAsync(TestRequests.Event("/", ("Idempotency-Key", "")), TestRequests.Structured)).ShouldBe((202, "7", "1", ""));
        }

        await ShouldGetAsync(gateway, "7", "7");
    }

    [Fact]
    public async Task The_window_of_an_event_type_takes_the_place_of_the_servers()
    {
        await using var gateway = await StartAsync(options => options with { DedupWindow = default });
        await RegistryFixture.CreateAsync(gateway.Registry.EventTypes, """{"name":"short","dedupWindow":"PT5S"}""");
        await gateway.SubscribeAsync("async", "f", "short");
        var (usual, other) = (TestRequests.Structured, TestRequests.Structured.Replace("test.event", "short", StringComparison.Ordinal));

        gateway.Registry.HasDedupWindows.ShouldBeTrue();
        await ShouldBeDuplicatesAsync(gateway, usual, false, false);
        await ShouldBeDuplicatesAsync(gateway, other, false, true);
        gateway.Clock.Advance(TimeSpan.FromSeconds(5));
        await ShouldBeDuplicatesAsync(gateway, other, false, true);
    }

    [Fact]
    public async Task An_event_type_can_have_no_window()
    {
        await using var gateway = await StartAsync();
        await RegistryFixture.CreateAsync(gateway.Registry.EventTypes, """{"name":"never","dedupWindow":"PT0S"}""");
        await gateway.SubscribeAsync("async", "f", "never");

        await ShouldBeDuplicatesAsync(gateway, TestRequests.Structured.Replace("test.event", "never", StringComparison.Ordinal), false, false);
        await ShouldBeDuplicatesAsync(gateway, TestRequests.Structured, false, true);
    }

    [Fact]
    public async Task Each_space_has_its_own_window()
    {
        await using var gateway = await StartAsync(options => options with { DedupWindow = default });
        await gateway.PlayAsync("g", space: "other");
        await RegistryFixture.CreateAsync(gateway.Registry.EventTypes, """{"name":"test.event","dedupWindow":"PT5S"}""", "other");
        await gateway.SubscribeAsync("async", "g", space: "other");

        // Not a duplicate, because one of the spaces takes every event.
        await ShouldBeDuplicatesAsync(gateway, TestRequests.Structured, false, false);

        (await gateway.DrainAsync()).Select(call => call.FunctionId).Order().ShouldBe(["f", "f", "g"]);
    }

    [Fact]
    public async Task A_plain_request_with_a_key_becomes_one_event()
    {
        await using var gateway = await StartAsync();
        await gateway.SubscribeAsync("async", "f", "http.request", "\"path\":\"/orders\",\"method\":\"POST\"");
        var first = await gateway.SendAsync(Plain("a"), "1");
        var second = await gateway.SendAsync(Plain("a"), "2");
        var other = await gateway.SendAsync(Plain("b"), "1");
        var without = await gateway.SendAsync(TestRequests.Of("POST", "/orders"), "1");
        var again = await gateway.SendAsync(TestRequests.Of("POST", "/orders"), "1");

        Describe(first).Duplicate.ShouldBe("");
        Describe(second).ShouldBe((202, "", "1", "true"));
        new[] { other, without, again }.ShouldAllBe(answer => Describe(answer).Duplicate.Length == 0);
        var ids = new[] { first, other, without, again }.Select(answer => Describe(answer).Id).ToArray();
        ids.Distinct().Count().ShouldBe(4);
        await ShouldGetAsync(gateway, ids);
    }

    [Fact]
    public async Task A_key_is_one_of_a_method_a_path_and_an_event_type()
    {
        await using var gateway = await StartAsync();
        await gateway.CreateTypeAsync("other");
        await gateway.SubscribeAsync("async", "f", "other");
        await gateway.SubscribeAsync("async", "f", more: "\"path\":\"/a\"");
        var answers = new List<TestAnswer>();
        foreach (var (target, type) in new[] { ("/", "test.event"), ("/", "other"), ("/a", "test.event"), ("/?b=1", "test.event"), ("/%61", "test.event") })
        {
            answers.Add(await gateway.SendAsync(TestRequests.Of("POST", target, ("Event", type), ("Idempotency-Key", "k")), "data"));
        }

        answers.Select(answer => Describe(answer).Duplicate).ShouldBe(["", "", "", "true", "true"]);
    }

    [Fact]
    public async Task Each_event_of_a_request_with_a_key_has_an_id_of_its_own_without_a_window_and_after_it()
    {
        await using var gateway = await StartAsync();
        await RegistryFixture.CreateAsync(gateway.Registry.EventTypes, """{"name":"never","dedupWindow":"PT0S"}""");
        await gateway.SubscribeAsync("async", "f", "never");
        var ids = new List<string>();
        foreach (var type in new[] { "never", "never", "test.event", "test.event" })
        {
            var answer = Describe(await gateway.SendAsync(TestRequests.Of("POST", "/", ("Event", type), ("Idempotency-Key", "1")), $"data {ids.Count}"));
            answer.Duplicate.ShouldBe("");
            ids.Add(answer.Id);
            gateway.Clock.Advance(Window);
        }

        ids.Distinct().Count().ShouldBe(4);
        await ShouldGetAsync(gateway, [.. ids]);
    }

    [Fact]
    public async Task An_event_of_a_type_without_an_authorizer_takes_no_key_of_an_authorized_event()
    {
        await using var gateway = await StartAsync();
        await gateway.PlayAsync("authorizer", """{"authorization":{"principalId":"u"}}""");
        await gateway.CreateTypeAsync("guarded", "authorizer");
        await gateway.SubscribeAsync("async", "f", "guarded");

        await ShouldBeDuplicatesAsync(gateway, TestRequests.Structured, false);
        await ShouldBeDuplicatesAsync(gateway, TestRequests.Structured.Replace("test.event", "guarded", StringComparison.Ordinal), false, true);

        await ShouldGetAsync(gateway, "7", "7");
    }

    [Theory]
    [InlineData(DeliveryGuarantee.AtLeastOnce, 24)]
    [InlineData(DeliveryGuarantee.AtLeastOnce, 0)]
    [InlineData(DeliveryGuarantee.AtMostOnce, 24)]
    public async Task An_event_that_only_disabled_subscriptions_match_leaves_no_key(DeliveryGuarantee guarantee, int retention)
    {
        await using var gateway = await StartAsync(options => options with { Durability = guarantee, Retention = TimeSpan.FromHours(retention) });
        await gateway.CreateTypeAsync("later");
        await gateway.PlayAsync("off");
        await gateway.SubscribeAsync("async", "off", "later", "\"enabled\":false");
        var sent = TestRequests.Structured.Replace("test.event", "later", StringComparison.Ordinal);
        Describe(await gateway.SendAsync(TestRequests.Event("/", ("Idempotency-Key", "")), sent)).ShouldBe((202, "7", "0", ""));
        Describe(await gateway.SendAsync(TestRequests.Event(), sent)).ShouldBe((202, "7", "0", ""));
        await gateway.SubscribeAsync("async", "f", "later");

        await ShouldBeDuplicatesAsync(gateway, sent, false, true);

        await ShouldGetAsync(gateway, "7");
    }

    [Theory]
    [InlineData(24)]
    [InlineData(0)]
    public async Task A_batch_is_a_duplicate_when_its_other_events_match_only_disabled_subscriptions(int retention)
    {
        await using var gateway = await StartAsync(options => options with { Durability = DeliveryGuarantee.AtLeastOnce, Retention = TimeSpan.FromHours(retention) });
        await gateway.CreateTypeAsync("later");
        await gateway.SubscribeAsync("async", "f", "later", "\"enabled\":false");
        var batch = $"[{TestRequests.Structured},{TestRequests.Structured.Replace("test.event", "later", StringComparison.Ordinal)}]";

        Describe(await gateway.SendAsync(TestRequests.Batch(), batch)).ShouldBe((202, "", "1", ""));
        Describe(await gateway.SendAsync(TestRequests.Batch(), batch)).ShouldBe((202, "", "1", "true"));
    }

    [Fact]
    public async Task A_space_that_was_deleted_and_made_again_knows_its_events()
    {
        await using var gateway = await StartAsync();
        await ShouldBeDuplicatesAsync(gateway, TestRequests.Structured, false);
        await Eventually.HoldsAsync(() => gateway.Calls.Count == 1);

        (await gateway.Registry.DeleteSpaceAsync(RegistryFixture.Space, CancellationToken.None)).Error.ShouldBeNull();
        await gateway.CreateTypeAsync("test.event");
        await gateway.PlayAsync("f");
        await gateway.SubscribeAsync("async", "f");

        await ShouldBeDuplicatesAsync(gateway, TestRequests.Structured, true);
    }

    [Fact]
    public async Task A_request_with_a_key_is_repeated_whatever_the_id_of_its_event()
    {
        await using var gateway = await StartAsync();
        var other = TestRequests.Structured.Replace("\"7\"", "\"8\"", StringComparison.Ordinal);

        Describe(await gateway.SendAsync(TestRequests.Event("/", ("Idempotency-Key", "k")), TestRequests.Structured)).ShouldBe((202, "7", "1", ""));
        Describe(await gateway.SendAsync(TestRequests.Event("/", ("Idempotency-Key", "k")), other)).ShouldBe((202, "8", "1", "true"));
        Describe(await gateway.SendAsync(TestRequests.Event("/", ("Idempotency-Key", "l")), TestRequests.Structured)).ShouldBe((202, "7", "1", "true"));
        Describe(await gateway.SendAsync(TestRequests.Event(), other)).ShouldBe((202, "8", "1", ""));
        await ShouldGetAsync(gateway, "7", "8");
    }

    [Fact]
    public async Task A_batch_is_a_duplicate_when_all_of_its_events_are()
    {
        await using var gateway = await StartAsync();
        var eight = TestRequests.Structured.Replace("\"7\"", "\"8\"", StringComparison.Ordinal);

        Describe(await gateway.SendAsync(TestRequests.Batch(), $"[{TestRequests.Structured},{TestRequests.Structured}]")).ShouldBe((202, "", "2", ""));
        Describe(await gateway.SendAsync(TestRequests.Batch(), $"[{TestRequests.Structured},{eight}]")).ShouldBe((202, "", "2", ""));
        Describe(await gateway.SendAsync(TestRequests.Batch(), $"[{eight},{TestRequests.Structured}]")).ShouldBe((202, "", "2", "true"));
        Describe(await gateway.SendAsync(TestRequests.Batch(), "[]")).ShouldBe((202, "", "0", ""));
        await ShouldGetAsync(gateway, "7", "8");
    }

    [Fact]
    public async Task The_key_of_a_batch_counts_for_each_of_its_events()
    {
        await using var gateway = await StartAsync();
        for (var i = 0; i < 2; i++)
        {
            var request = TestRequests.Batch();
            request.Headers["Idempotency-Key"] = "k";
            var events = new[] { $"{i}-a", $"{i}-b" }.Select(id => TestRequests.Structured.Replace("\"7\"", $"\"{id}\"", StringComparison.Ordinal));
            Describe(await gateway.SendAsync(request, $"[{string.Join(',', events)}]")).Duplicate.ShouldBe(i == 0 ? "" : "true");
        }

        await ShouldGetAsync(gateway, "0-a", "0-b");
    }

    [Theory]
    [InlineData("", "Idempotency-Key: it is empty; a key of 1 to 255 characters is accepted.")]
    [InlineData("\"\"", "Idempotency-Key: it is empty; a key of 1 to 255 characters is accepted.")]
    [InlineData("long", "Idempotency-Key: it has 256 characters; at most 255 are accepted.")]
    [InlineData("a,b", "Idempotency-Key: it is there more than once; one key is accepted.")]
    public async Task Refuses_a_key_that_is_not_accepted_and_delivers_nothing(string key, string error)
    {
        await using var gateway = await StartAsync();
        (string, string)[] headers = key is "long" ? [("Idempotency-Key", new string('k', 256))] : [.. key.Split(',').Select(part => ("Idempotency-Key", part))];

        var answer = await gateway.SendAsync(TestRequests.Event("/", headers), TestRequests.Structured);

        (answer.Status, answer.Errors.Single()).ShouldBe((400, error));
        await ShouldGetAsync(gateway);
    }

    [Fact]
    public async Task Calls_the_function_of_a_sync_subscription_each_time_and_delivers_once()
    {
        await using var gateway = await StartAsync();
        await gateway.PlayAsync("sync", """{"statusCode":200,"body":"hello"}""");
        await gateway.SubscribeAsync("sync", "sync");
        for (var i = 0; i < 2; i++)
        {
            var answer = await gateway.SendAsync(TestRequests.Event(), TestRequests.Structured);
            (answer.Status, answer.Body, answer.Headers.ContainsKey("event-duplicate")).ShouldBe((200, "hello", false));
        }

        (await gateway.DrainAsync()).Select(call => call.FunctionId).Order().ShouldBe(["f", "sync", "sync"]);
    }

    [Fact]
    public async Task A_key_is_left_to_the_function_where_nothing_is_delivered_async()
    {
        await using var gateway = await StartAsync();
        await gateway.PlayAsync("sync", """{"statusCode":200,"body":"hello"}""");
        await gateway.SubscribeAsync("sync", "sync", "http.request", "\"path\":\"/orders\",\"method\":\"POST\"");

        (await gateway.SendAsync(Plain(""), "1")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task An_event_that_no_subscription_takes_leaves_no_key()
    {
        await using var gateway = await StartAsync();
        await gateway.CreateTypeAsync("later");
        var sent = TestRequests.Structured.Replace("test.event", "later", StringComparison.Ordinal);
        Describe(await gateway.SendAsync(TestRequests.Event(), sent)).ShouldBe((202, "7", "0", ""));
        await gateway.SubscribeAsync("async", "f", "later");

        Describe(await gateway.SendAsync(TestRequests.Event(), sent)).ShouldBe((202, "7", "1", ""));
        await ShouldGetAsync(gateway, "7");
    }

    [Fact]
    public async Task A_page_of_another_origin_sees_that_the_event_is_a_duplicate()
    {
        await using var gateway = await StartAsync();
        await RegistryFixture.CreateAsync(gateway.Registry.Cors, """{"method":"POST","path":"/","allowedOrigins":["https://a.example"]}""");
        (string, string)[] origin = [("Origin", "https://a.example")];

        var first = await gateway.SendAsync(TestRequests.Event("/", origin), TestRequests.Structured);
        var second = await gateway.SendAsync(TestRequests.Event("/", origin), TestRequests.Structured);

        first.Headers.AccessControlExposeHeaders.ToString().ShouldBe("event-id, event-subscriptions");
        second.Headers.AccessControlExposeHeaders.ToString().ShouldBe("event-id, event-subscriptions, event-duplicate");
    }

    [Fact]
    public async Task The_replies_of_functions_are_never_duplicates()
    {
        await using var gateway = await StartAsync();
        await gateway.CreateTypeAsync("reply");
        await gateway.PlayAsync("replies", """{"specversion":"1.0","id":"7","type":"reply","source":"/s"}""");
        await gateway.PlayAsync("g");
        await gateway.SubscribeAsync("async", "replies", more: "\"reply\":true");
        await gateway.SubscribeAsync("async", "g", "reply");

        await gateway.SendAsync(TestRequests.Event(), TestRequests.Structured);
        await gateway.SendAsync(TestRequests.Event(), TestRequests.Structured.Replace("\"7\"", "\"8\"", StringComparison.Ordinal));

        await Eventually.HoldsAsync(() => gateway.Calls.Count(call => call.FunctionId == "g") == 2);
    }

    private static Task<EventsFixture> StartAsync(Func<GatewayOptions, GatewayOptions>? configure = null) => StartedAsync(
        options => configure is null ? options with { DedupWindow = Window } : configure(options with { DedupWindow = Window }));

    private static async Task<EventsFixture> StartedAsync(Func<GatewayOptions, GatewayOptions> configure)
    {
        var gateway = await EventsFixture.StartAsync(configure);
        await gateway.PlayAsync("f");
        await gateway.SubscribeAsync("async", "f");
        return gateway;
    }

    private static HttpRequest Plain(string key) => TestRequests.Of("POST", "/orders", ("Idempotency-Key", key));

    private static (int Status, string Id, string Subscriptions, string Duplicate) Describe(TestAnswer answer) => (
        answer.Status,
        answer.Headers["event-id"].ToString(),
        answer.Headers["event-subscriptions"].ToString(),
        answer.Headers["event-duplicate"].ToString());

    private static async Task ShouldBeDuplicatesAsync(EventsFixture gateway, string sent, params bool[] expected)
    {
        foreach (var isDuplicate in expected)
        {
            Describe(await gateway.SendAsync(TestRequests.Event(), sent)).Duplicate.ShouldBe(isDuplicate ? "true" : "");
        }
    }

    private static async Task ShouldGetAsync(EventsFixture gateway, params string[] ids)
    {
        await Eventually.HoldsAsync(() => gateway.Calls.Count >= ids.Length);
        (await gateway.DrainAsync()).Where(call => call.FunctionId == "f").Select(call => call.Event.GetProperty("id").GetString()).Order().ShouldBe(ids.Order());
    }
}
