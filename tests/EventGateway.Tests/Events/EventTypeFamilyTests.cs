using System.Diagnostics.Metrics;
using EventGateway.Tests.Engine.Registry;
using EventGateway.Tests.Harness;
using EventGateway.Tests.Http;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Events;

public sealed class EventTypeFamilyTests
{
    [Fact]
    public async Task Delivers_an_event_to_its_type_and_to_all_families_and_answers_with_the_first_of_them()
    {
        await using var gateway = await StartAsync("invoice.paid", "invoice.*", "invoice.payment.*");
        await gateway.PlayAsync("exact", """{"statusCode":200,"body":"exact"}""");
        await gateway.PlayAsync("family", """{"statusCode":200,"body":"family"}""");
        await gateway.SubscribeAsync("sync", "exact", "invoice.paid");
        await gateway.SubscribeAsync("sync", "family", "invoice.*");
        await gateway.SubscribeAsync("async", "a", "invoice.*", "\"path\":\"/async\"");
        await gateway.SubscribeAsync("async", "b", "invoice.payment.*", "\"path\":\"/async\"");
        await gateway.SubscribeAsync("async", "c", "invoice.paid", "\"path\":\"/async\"");

        (await SendAsync(gateway, "invoice.paid")).Body.ShouldBe("exact");
        (await SendAsync(gateway, "invoice.sent")).Body.ShouldBe("family");
        (await SendAsync(gateway, "invoice")).Headers["event-subscriptions"].ToString().ShouldBe("0");
        (await SendAsync(gateway, "invoice.paid", "/async")).Headers["event-subscriptions"].ToString().ShouldBe("2");
        (await SendAsync(gateway, "invoice.payment.failed", "/async")).Headers["event-subscriptions"].ToString().ShouldBe("2");
        (await SendAsync(gateway, "invoice.*", "/async")).Headers["event-subscriptions"].ToString().ShouldBe("1");
        await gateway.SendAsync(
            TestRequests.Of("POST", "/async", ("Content-Type", "application/cloudevents-batch+json")),
            $"[{Event("invoice.paid")},{Event("invoice.payment.failed")},{Event("other")}]");

        (await gateway.DrainAsync()).Where(static call => call.FunctionId.Length == 1).Select(static call => (call.FunctionId, call.Event.GetProperty("type").GetString())).ShouldBe(
            [
                ("a", "invoice.paid"), ("c", "invoice.paid"), ("a", "invoice.payment.failed"), ("b", "invoice.payment.failed"), ("a", "invoice.*"),
                ("a", "invoice.paid"), ("c", "invoice.paid"), ("a", "invoice.payment.failed"), ("b", "invoice.payment.failed"),
            ],
            ignoreOrder: true);
    }

    [Fact]
    public async Task Lets_no_event_in_that_the_authorizer_of_its_own_type_refuses()
    {
        await using var gateway = await StartAsync("invoice.*");
        await gateway.PlayAsync("no", """{"error":{"message":"no"}}""");
        await gateway.PlayAsync("yes", """{"authorization":{"principalId":"u"}}""");
        await gateway.CreateTypeAsync("invoice.paid", "no");
        await gateway.CreateTypeAsync("invoice.payment.*", "yes");
        await gateway.SubscribeAsync("async", "a", "invoice.*");

        (await SendAsync(gateway, "invoice.paid")).Status.ShouldBe(403);
        (await SendAsync(gateway, "invoice.payment.failed")).Status.ShouldBe(202);
        (await SendAsync(gateway, "invoice.sent")).Status.ShouldBe(202);

        (await gateway.DrainAsync()).Select(static call => (call.FunctionId, call.Event.TryGetProperty("eventgatewayauthorization", out _))).ShouldBe(
            [("no", false), ("yes", false), ("a", true), ("a", false)], ignoreOrder: true);
    }

    [Fact]
    public async Task Publishes_replies_to_families()
    {
        await using var gateway = await StartAsync("invoice.*");
        await gateway.PlayAsync("asked", Event("invoice.paid"));
        await gateway.SubscribeAsync("async", "asked", more: "\"reply\":true");
        await gateway.SubscribeAsync("async", "a", "invoice.*");

        await SendAsync(gateway, "test.event");
        await Eventually.HoldsAsync(() => gateway.Functions.CallsOf("a") == 1, "the reply is delivered");

        (await gateway.DrainAsync()).Select(static call => call.FunctionId).ShouldBe(["asked", "a"]);
    }

    [Fact]
    public async Task Keeps_events_for_a_disabled_subscription_to_a_family()
    {
        await using var gateway = await StartAsync("invoice.*");
        await gateway.SubscribeAsync("async", "a", "invoice.*", "\"delivery\":{\"guarantee\":\"atLeastOnce\"},\"enabled\":false");

        (await SendAsync(gateway, "invoice.paid")).Headers["event-subscriptions"].ToString().ShouldBe("0");

        gateway.Registry.Routes.Match("POST", "/", "invoice.paid").Disabled.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Counts_events_under_the_family_because_senders_choose_their_types()
    {
        await using var gateway = await StartAsync("invoice.paid", "invoice.*", "invoice.payment.*");
        await gateway.SubscribeAsync("async", "a", "invoice.paid");
        await gateway.SubscribeAsync("async", "b", "invoice.*");
        await gateway.SubscribeAsync("async", "c", "invoice.payment.*");
        using var counts = new TypeCounts();

        for (var i = 0; i < 3; i++)
        {
            await SendAsync(gateway, $"invoice.chosen{i}");
        }

        await SendAsync(gateway, "invoice.paid");
        await SendAsync(gateway, "invoice.payment.failed");

        counts.All.ShouldBe(["invoice.*", "invoice.*", "invoice.*", "invoice.paid", "invoice.payment.*"]);
    }

    private static async Task<EventsFixture> StartAsync(params string[] types)
    {
        var gateway = await EventsFixture.StartAsync();
        foreach (var type in types)
        {
            await gateway.CreateTypeAsync(type);
        }

        foreach (var function in (string[])["a", "b", "c"])
        {
            await gateway.PlayAsync(function);
        }

        return gateway;
    }

    private static string Event(string type) => $$"""{"specversion":"1.0","id":"{{type}}","type":"{{type}}","source":"/s"}""";

    private static Task<TestAnswer> SendAsync(EventsFixture gateway, string type, string path = "/") => gateway.SendAsync(TestRequests.Event(path), Event(type));

    /// <summary>The types of received events as the metric has them. Those of tests that run at the same time are left out.</summary>
    private sealed class TypeCounts : IDisposable
    {
        private static readonly AsyncLocal<TypeCounts?> _current = new();
        private readonly MeterListener _listener = new();

        public TypeCounts()
        {
            _current.Value = this;
            _listener.InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Name == "eventgateway_events_received")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<long>((_, _, tags, _) =>
            {
                if (_current.Value == this && (string)tags[0].Value! == RegistryFixture.Space)
                {
                    All.Add((string)tags[1].Value!);
                }
            });
            _listener.Start();
        }

        public List<string> All { get; } = [];

        public void Dispose() => _listener.Dispose();
    }
}
