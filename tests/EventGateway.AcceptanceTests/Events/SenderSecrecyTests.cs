using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Delivery;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Events;

/// <summary>The gateway masks senders' credentials for operators, and forwards them to functions.</summary>
public sealed class SenderSecrecyTests(RunningGateway running) : IClassFixture<RunningGateway>
{
    private static readonly HttpField[] Credentials =
    [
        new("authorization", "Bearer hush-1"), new("Cookie", "a=hush-2"), new("Proxy-Authorization", "Basic hush-3"), new("X-Api-Key", "hush-4"), new("X-Mine", "kept"),
    ];

    [Fact]
    public async Task The_event_log_and_dead_letters_mask_credentials_and_a_redelivery_contains_them()
    {
        var path = "/" + running.NewName();
        var function = await running.SubscribeAsync(new FunctionAnswer { Status = 422 }, path, "async");

        var sent = await running.Events.SendAsync(new RawRequest("POST", path + "?access_token=hush-5&sig=hush-6&page=7") { Headers = Credentials });

        sent.Status.ShouldBe(202, sent.ToString());
        var letter = (await running.ListAsync($"deadletters?functionId={function[1..]}", "deadLetters", 1)).Single();
        var shownLetter = await running.AskAsync("GET", $"deadletters/{letter["deadLetterId"]}");
        var shownEvent = await running.AskAsync("GET", $"events/{letter["eventId"]}");
        foreach (var shown in new[] { shownLetter, shownEvent })
        {
            shown.ToJsonString().ShouldNotContain("hush-");
            var data = shown["event"]!["data"]!;
            data["headers"]!["Authorization"]!.GetValue<string>().ShouldBe("*****");
            data["headers"]!["X-Mine"]!.GetValue<string>().ShouldBe("kept");
            data["query"]!["access_token"]!.AsArray().Single()!.GetValue<string>().ShouldBe("*****");
            data["query"]!["page"]!.AsArray().Single()!.GetValue<string>().ShouldBe("7");
        }

        running.Functions[function] = new FunctionAnswer();
        await running.AskAsync("POST", $"deadletters/{letter["deadLetterId"]}/redeliver", 202);
        foreach (var call in await running.CallsAsync(function, 2))
        {
            for (var i = 1; i <= 6; i++)
            {
                call.Text.ShouldContain($"hush-{i}");
            }
        }
    }

    [Fact]
    public async Task The_event_log_masks_credentials_in_extensions()
    {
        var type = running.NewName() + ".event";
        var function = await running.SubscribeAsync(new FunctionAnswer(), "/binary-secrets", "async", type);

        var sent = await running.Events.SendAsync(new RawRequest("POST", "/binary-secrets")
        {
            Headers =
            [
                new("ce-specversion", "1.0"), new("ce-id", type), new("ce-source", "/s"), new("ce-type", type),
                new("ce-authorization", "Bearer hush-1"), new("ce-xapikey", "hush-2"), .. Credentials,
            ],
        });

        sent.Status.ShouldBe(202, sent.ToString());
        (await running.CallsAsync(function, 1)).Single().Text.ShouldContain("Bearer hush-1");
        (await running.AskAsync("GET", $"events/{type}")).ToJsonString().ShouldNotContain("hush-");
    }

    [Fact]
    public async Task The_builtin_function_log_masks_credentials()
    {
        var name = running.NewName();
        await CreateAsync("functions", new JsonObject { ["functionId"] = name, ["type"] = "builtin", ["provider"] = new JsonObject { ["name"] = "log" } });
        await CreateAsync("subscriptions", new JsonObject { ["type"] = "sync", ["eventType"] = "http.request", ["functionId"] = name, ["path"] = "/" + name, ["method"] = "POST" });

        (await running.Events.SendAsync(new RawRequest("POST", $"/{name}?code=hush-5") { Headers = Credentials })).Status.ShouldBe(200);

        await Eventually.TrueAsync(() => running.Gateway.Output.Contains($"default/{name}", StringComparison.Ordinal), "the event is logged");
        running.Gateway.Output.ShouldNotContain("hush-");
    }

    [Fact]
    public async Task The_debug_log_contains_no_credentials()
    {
        await using var gateway = await GatewayProcess.StartAsync("--log-level", "debug");

        (await gateway.Events.SendAsync(new RawRequest("POST", "/unknown?access_token=hush-5") { Headers = Credentials })).Status.ShouldBe(404);
        (await gateway.Config.SendAsync(new RawRequest("GET", "/v1/spaces/default/functions?access_token=hush-5") { Headers = Credentials })).Status.ShouldBe(400);
        await gateway.StopAsync();

        gateway.Output.ShouldNotContain("hush-");
    }

    private async Task CreateAsync(string resources, JsonObject resource) => await running.AskAsync("POST", resources, 201, resource);
}
