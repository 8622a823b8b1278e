using System.Text.Json;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Events;

/// <summary>An event that no subscription takes says so.</summary>
public sealed class UnmatchedEventTests
{
    [Fact]
    public async Task The_answer_the_log_and_the_metrics_say_that_no_subscription_takes_an_event()
    {
        await using var functions = new FunctionServer();
        await using var gateway = await GatewayProcess.StartAsync();
        await gateway.SubscribeAsync(functions, "one", new FunctionAnswer(), "/", "async", "user.created");
        await gateway.SubscribeAsync(functions, "two", new FunctionAnswer(), "/", "async", "user.created", newType: false);

        var taken = await SendAsync(gateway, "/");
        var lost = await SendAsync(gateway, "/x");

        (taken.Status, taken.Header("event-subscriptions")).ShouldBe((202, "2"), taken.ToString());
        (lost.Status, lost.Header("event-subscriptions")).ShouldBe((202, "0"), lost.ToString());
        await Eventually.TrueAsync(
            () => gateway.Output.Contains("user.created: no subscription on POST /x; there is one on POST /.", StringComparison.Ordinal), "the log names the path");
        (await gateway.Config.GetAsync("/metrics")).Text.ShouldContain("eventgateway_events_unmatched_total{reason=\"no_path\"} 1");
    }

    [Fact]
    public async Task A_developer_sees_the_first_event_without_any_configuration()
    {
        await using var gateway = await GatewayProcess.StartAsync("--dev");

        var echoed = await SendAsync(gateway, "/echo");
        await SendAsync(gateway, "/");

        echoed.Status.ShouldBe(200, echoed.ToString());
        JsonElement.Parse(echoed.Text).GetProperty("data").GetString().ShouldBe("hello");
        gateway.Output.ShouldContain($"curl http://localhost:{gateway.EventsPort}/echo -H 'Event: user.created' -d 'hello'");
        await Eventually.TrueAsync(() => gateway.Output.Contains("Event for function (dev)/log: {", StringComparison.Ordinal), "the log has the event");

        // The names of the built-in functions are free.
        (await gateway.Config.PostAsync("/v1/spaces/default/functions", """{"functionId":"echo","type":"builtin","provider":{"name":"discard"}}""")).Status.ShouldBe(201);
        (await gateway.Config.GetAsync("/v1/spaces")).Text.ShouldContain("\"functions\":1,\"subscriptions\":0");
    }

    private static Task<RawResponse> SendAsync(GatewayProcess gateway, string path) =>
        gateway.Events.SendAsync(RawRequest.With("POST", path, "text/plain", "hello", new HttpField("Event", "user.created")));
}
