using System.Diagnostics.Metrics;
using EventGateway.Tests.Http;
using Microsoft.Extensions.Logging;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Events;

public sealed class UnmatchedEventsTests
{
    private const string NoType = "nobodys.event: no subscription on POST /; the event type is not registered.";

    [Fact]
    public async Task Says_that_no_subscription_takes_an_event()
    {
        await using var gateway = await EventsFixture.StartAsync();
        using var counts = new ReasonCounts();

        var answer = await SendAsync(gateway, "nobodys.event");

        (answer.Status, answer.Headers["event-subscriptions"].ToString()).ShouldBe((202, "0"));
        answer.Headers["event-id"].ToString().ShouldNotBeEmpty();
        gateway.UnmatchedLog.Entries.ShouldBe([(LogLevel.Information, NoType)]);
        counts.All.ShouldBe(["no_type"]);
    }

    [Fact]
    public async Task Names_what_is_close()
    {
        await using var gateway = await EventsFixture.StartAsync();
        using var counts = new ReasonCounts();
        await gateway.PlayAsync("f");
        await gateway.SubscribeAsync("async", "f");
        await gateway.CreateTypeAsync("paused.event");
        var paused = await gateway.SubscribeAsync("async", "f", "paused.event", "\"enabled\":false");

        await SendAsync(gateway, "test.event", "/x");
        await SendAsync(gateway, "test.event", "/", "PUT");
        await SendAsync(gateway, "Test.Event");
        await SendAsync(gateway, "paused.event");

        gateway.UnmatchedLog.Entries.Select(static entry => entry.Text.TrimEnd('.')).ShouldBe(
        [
            "test.event: no subscription on POST /x; there is one on POST /",
            "test.event: no subscription on PUT /; there is one with POST",
            "Test.Event: no subscription on POST /; the event type is not registered; \"test.event\" is",
            $"paused.event: no subscription on POST /; there is one, which is disabled (\"{paused.Subscription.SubscriptionId}\" in the space default)",
        ]);
        counts.All.ShouldBe(["no_path", "no_method", "no_type", "disabled"]);
    }

    [Fact]
    public async Task Counts_only_subscriptions_that_take_the_events_of_a_batch()
    {
        await using var gateway = await EventsFixture.StartAsync();
        using var counts = new ReasonCounts();
        await gateway.CreateTypeAsync("sync.event");
        await gateway.PlayAsync("f");
        await gateway.PlayAsync("g");
        await gateway.SubscribeAsync("async", "f");
        await gateway.SubscribeAsync("async", "g");
        await gateway.SubscribeAsync("sync", "f", "sync.event");
        var events = new[] { "test.event", "sync.event", "test.event", "nobodys.event" }.Select(static type => TestRequests.Structured.Replace("test.event", type));

        var answer = await gateway.SendAsync(TestRequests.Batch(), $"[{string.Join(',', events)}]");

        (answer.Status, answer.Headers["event-subscriptions"].ToString(), answer.Headers.ContainsKey("event-id")).ShouldBe((202, "4", false));
        counts.All.ShouldBe(["no_path", "no_type"]);
        gateway.UnmatchedLog.Entries[0].Text.ShouldStartWith("sync.event: no async subscription on POST /; there is one on POST / (sync).");
    }

    [Fact]
    public async Task Logs_one_line_a_minute_and_counts_the_others()
    {
        await using var gateway = await EventsFixture.StartAsync();
        for (var i = 0; i < 5; i++)
        {
            await SendAsync(gateway, "nobodys.event");
        }

        gateway.Clock.Advance(TimeSpan.FromMinutes(1));
        await SendAsync(gateway, "nobodys.event");

        gateway.UnmatchedLog.Entries.Select(static entry => entry.Text).ShouldBe([NoType, NoType + " (4 more since the last line)"]);
    }

    [Fact]
    public async Task Reports_a_plain_request_only_when_it_is_accepted()
    {
        await using var accepting = await EventsFixture.StartAsync(static options => options with { UnmatchedStatus = 202 });
        await using var refusing = await EventsFixture.StartAsync();

        var accepted = await accepting.SendAsync(TestRequests.Of("GET", "/a"));
        var refused = await refusing.SendAsync(TestRequests.Of("GET", "/a"));

        (accepted.Status, accepted.Headers["event-subscriptions"].ToString()).ShouldBe((202, "0"));
        accepting.UnmatchedLog.Entries.Single().Text.ShouldStartWith("http.request: no subscription on GET /a; no subscription selects this event type.");
        (refused.Status, refused.Headers.ContainsKey("event-subscriptions")).ShouldBe((404, false));
        refusing.UnmatchedLog.Entries.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(true, "event-id, event-subscriptions")]
    [InlineData(false, "")]
    public async Task Lets_pages_of_allowed_origins_see_the_headers(bool exposes, string expected)
    {
        await using var gateway = await EventsFixture.StartAsync(options => options with { ExposesHeaders = exposes });
        await gateway.PlayAsync("f");
        await gateway.SubscribeAsync("async", "f", more: "\"cors\":{\"allowedOrigins\":[\"http://a\"],\"allowedMethods\":[\"POST\"]}");

        var allowed = await gateway.SendAsync(TestRequests.Event("/", ("Origin", "http://a")), TestRequests.Structured);
        var other = await gateway.SendAsync(TestRequests.Event("/", ("Origin", "http://b")), TestRequests.Structured);

        allowed.Headers.AccessControlExposeHeaders.ToString().ShouldBe(expected);
        other.Headers.ContainsKey("Access-Control-Expose-Headers").ShouldBeFalse();
    }

    [Fact]
    public async Task Shows_a_developer_events_that_no_subscription_takes()
    {
        await using var gateway = await EventsFixture.StartAsync(static options => options with { Dev = true });

        var logged = await SendAsync(gateway, "nobodys.event");
        var echoed = await SendAsync(gateway, "nobodys.event", "/echo");
        var request = await gateway.SendAsync(TestRequests.Of("POST", "/echo"), "hello");
        var refused = await gateway.SendAsync(TestRequests.Of("POST", "/other"), "hello");
        await gateway.SendAsync(TestRequests.Batch(), $"[{TestRequests.Structured}]");

        (logged.Status, echoed.Status, request.Status, refused.Status).ShouldBe((202, 200, 200, 404));
        echoed.Body.ShouldContain("\"type\":\"nobodys.event\"");
        echoed.Headers.ContentType.ToString().ShouldBe("application/json");
        request.Body.ShouldContain("\"body\":\"hello\"");
        gateway.BuiltinLog.Entries.Select(static entry => entry.Text).ShouldBe(
        [
            """Event for function (dev)/log: {"specversion":"1.0","id":"7","source":"/s","type":"nobodys.event","data":{"a":1}}""",
            """Event for function (dev)/log: {"specversion":"1.0","id":"7","source":"/s","type":"test.event","data":{"a":1}}""",
        ]);
    }

    [Fact]
    public async Task Leaves_events_that_a_developers_subscription_takes_to_it()
    {
        await using var gateway = await EventsFixture.StartAsync(static options => options with { Dev = true });
        await gateway.PlayAsync("echo", """{"statusCode":201}""");
        await gateway.SubscribeAsync("sync", "echo", "http.request", "\"path\":\"/echo\"");
        await gateway.SubscribeAsync("async", "echo", more: "\"path\":\"/echo\"");

        (await gateway.SendAsync(TestRequests.Of("POST", "/echo"))).Status.ShouldBe(201);
        (await SendAsync(gateway, "test.event", "/echo")).Status.ShouldBe(202);

        gateway.BuiltinLog.Entries.ShouldBeEmpty();
    }

    private static Task<TestAnswer> SendAsync(EventsFixture gateway, string type, string path = "/", string method = "POST") =>
        gateway.SendAsync(TestRequests.Of(method, path, ("Content-Type", "application/cloudevents+json")), TestRequests.Structured.Replace("test.event", type));

    // The reasons that are counted on this thread's async flow, in order.
    private sealed class ReasonCounts : IDisposable
    {
        private static readonly AsyncLocal<ReasonCounts?> _current = new();
        private readonly MeterListener _listener = new();

        public ReasonCounts()
        {
            _current.Value = this;
            _listener.InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Name == "eventgateway_events_unmatched")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<long>((_, _, tags, _) =>
            {
                // Tests that run at the same time count too.
                if (_current.Value == this)
                {
                    All.Add((string)tags[0].Value!);
                }
            });
            _listener.Start();
        }

        public List<string> All { get; } = [];

        public void Dispose() => _listener.Dispose();
    }
}
