using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Delivery;
using EventGateway.AcceptanceTests.Functions;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Events;

/// <summary>A subscription to a family takes the events of all types that begin with it.</summary>
public sealed class EventTypeFamilyTests(RunningGateway running) : IClassFixture<RunningGateway>
{
    [Fact]
    public async Task One_subscription_takes_every_event_type_of_a_family()
    {
        var family = running.NewName();
        var function = await running.SubscribeAsync(new FunctionAnswer(), "/" + family, "async", family + ".*");

        await running.SendEventAsync("/" + family, family + ".paid", "1");
        await running.SendEventAsync("/" + family, family + ".payment.failed", "2");
        await running.SendEventAsync("/" + family, family + ".*", "3");
        foreach (var outside in new[] { family, family + "s.paid" })
        {
            var sent = await running.Events.SendAsync(new RawRequest("POST", "/" + family) { Headers = [new HttpField("Event", outside)] });
            (sent.Status, sent.Header("event-subscriptions")).ShouldBe((202, "0"));
        }

        var calls = await running.CallsAsync(function, 3);
        calls.Select(static call => (call.Json["id"]!.GetValue<string>(), call.Json["type"]!.GetValue<string>()))
            .ShouldBe([("1", family + ".paid"), ("2", family + ".payment.failed"), ("3", family + ".*")], ignoreOrder: true);
        await Eventually.TrueAsync(
            async () => (await running.Config.GetAsync("/metrics")).Text.Split('\n').Any(line =>
                line.StartsWith("eventgateway_events_processed_total{", StringComparison.Ordinal) && line.Contains($"type=\"{family}.*\"", StringComparison.Ordinal)),
            "the calls are counted under the family");
    }

    [Fact]
    public async Task A_family_has_a_url_like_any_event_type()
    {
        var family = running.NewName() + ".*";
        await running.SubscribeAsync(new FunctionAnswer(), "/" + family[..^2], "async", family);

        foreach (var spelling in new[] { family, Uri.EscapeDataString(family) })
        {
            (await running.AskAsync("GET", "eventtypes/" + spelling))["name"]!.GetValue<string>().ShouldBe(family);
        }

        (await running.Config.SendAsync(new RawRequest("DELETE", "/v1/spaces/default/eventtypes/" + family))).Errors
            .ShouldBe(["Event type cannot be deleted because there are subscriptions using it."]);
        (await running.RefusedAsync("eventtypes", new JsonObject { ["name"] = "*" })).ShouldHaveSingleItem().ShouldEndWith("'*' alone is not accepted.");
    }

    [Fact]
    public async Task The_authorizer_of_the_exact_type_decides_before_that_of_the_family()
    {
        var family = running.NewName();
        await AuthorizerAsync(family + "-no", """{"error":{"message":"not this one"}}""");
        await AuthorizerAsync(family + "-yes", """{"authorization":{"principalId":"user1"}}""");
        await running.CreateAsync("eventtypes", new JsonObject { ["name"] = family + ".paid", ["authorizerId"] = family + "-no" });
        await running.CreateAsync("eventtypes", new JsonObject { ["name"] = family + ".*", ["authorizerId"] = family + "-yes" });
        var function = await running.SubscribeAsync(new FunctionAnswer(), "/" + family, "async", family + ".*", newType: false);

        var refused = await running.Events.SendAsync(new RawRequest("POST", "/" + family) { Headers = [new HttpField("Event", family + ".paid")] });
        await running.SendEventAsync("/" + family, family + ".sent");

        refused.Status.ShouldBe(403, refused.ToString());
        refused.Errors.ShouldBe(["not this one"]);
        var call = (await running.CallsAsync(function, 1))[0];
        call.Json["type"]!.GetValue<string>().ShouldBe(family + ".sent");
        call.Text.ShouldContain("user1");
    }

    [Fact]
    public async Task A_function_gets_an_event_once()
    {
        var family = running.NewName();
        var function = await running.SubscribeAsync(new FunctionAnswer(), "/" + family, "async", family + ".*");
        await running.CreateAsync("eventtypes", new JsonObject { ["name"] = family + ".paid" });
        var there = await running.SubscriptionOfAsync(function);
        var subscription = new JsonObject { ["type"] = "async", ["eventType"] = family + ".paid", ["functionId"] = function[1..], ["path"] = "/" + family };

        var refused = await running.Config.PostAsync("/v1/spaces/default/subscriptions", subscription.ToJsonString());

        refused.Status.ShouldBe(409, refused.ToString());
        refused.Errors.ShouldHaveSingleItem().ShouldStartWith($"Subscription \"{there}\" to {family}.* calls the same function on the same method and path.");
    }

    [Fact]
    public async Task Events_of_a_family_are_replayed_and_redelivered()
    {
        var family = running.NewName();
        var function = await running.SubscribeAsync(new FunctionAnswer(), "/" + family, "async", family + ".*");
        var other = await running.SubscribeAsync(new FunctionAnswer(), "/" + family, "async", family + "s.paid");
        string[] ids = [await running.SendEventAsync("/" + family, family + ".paid"), await running.SendEventAsync("/" + family, family + ".payment.failed")];
        await running.SendEventAsync("/" + family, family + "s.paid");
        await running.CallsAsync(function, 2);
        await running.CallsAsync(other, 1);
        var subscription = await running.SubscriptionOfAsync(function);

        var replay = await running.AskAsync("POST", "replays", 201, new JsonObject { ["subscriptionId"] = subscription });
        replay["eventTypes"]![0]!.GetValue<string>().ShouldBe(family + ".*");
        (await running.CallsAsync(function, 4)).Skip(2).Select(static call => call.Json["id"]!.GetValue<string>()).ShouldBe(ids, ignoreOrder: true);

        await running.AskAsync("POST", $"events/{ids[1]}/redeliver", 202, new JsonObject { ["subscriptionIds"] = new JsonArray(subscription) });
        (await running.CallsAsync(function, 5))[4].Json["type"]!.GetValue<string>().ShouldBe(family + ".payment.failed");
        await running.CallsAsync(other, 1);
    }

    [Fact]
    public async Task The_family_of_system_events_takes_each_once_and_causes_no_more()
    {
        var name = running.NewName();
        var (space, watch) = ($"watched-{name}", $"/{name}-watch");
        running.Functions[watch] = new FunctionAnswer();
        running.Functions["/" + name] = FunctionAnswer.Of("{}");
        await CreateAsync("functions", $$$"""{"functionId":"watch","type":"http","provider":{"url":"{{{running.Functions.Url(watch)}}}"}}""");
        await CreateAsync("functions", $$$"""{"functionId":"served","type":"http","provider":{"url":"{{{running.Functions.Url("/" + name)}}}"}}""");
        await CreateAsync("eventtypes", """{"name":"eventgateway.*"}""");
        await CreateAsync("subscriptions", """{"type":"async","eventType":"eventgateway.*","functionId":"watch"}""");
        await CreateAsync("subscriptions", $$"""{"type":"sync","eventType":"http.request","functionId":"served","path":"/{{name}}"}""");

        for (var sent = 1; sent <= 3; sent++)
        {
            (await running.Events.PostAsync("/" + name, "{}")).Status.ShouldBe(200);
            var types = (await running.CallsAsync(watch, 3 * sent)).Select(static call => call.Json["type"]!.GetValue<string>());
            types.CountBy(static type => type).ShouldBe(
                [
                    KeyValuePair.Create("eventgateway.event.received", sent), KeyValuePair.Create("eventgateway.function.invoking", sent),
                    KeyValuePair.Create("eventgateway.function.invoked", sent),
                ],
                ignoreOrder: true);
        }

        async Task CreateAsync(string resources, string json) =>
            (await running.Config.PostAsync($"/v1/spaces/{space}/{resources}", json)).Status.ShouldBe(201);
    }

    private async Task AuthorizerAsync(string name, string answer)
    {
        running.Functions["/" + name] = FunctionAnswer.Of(answer);
        await running.CreateAsync("functions", new JsonObject
        {
            ["functionId"] = name,
            ["type"] = "http",
            ["provider"] = new JsonObject { ["url"] = running.Functions.Url("/" + name) },
        });
    }
}
