using System.Text;
using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Delivery;

/// <summary>A stored event changes on disk while the program is stopped.</summary>
public sealed class DamagedEventTests : IAsyncDisposable
{
    private const string DeadLetters = "/v1/spaces/default/deadletters";

    private readonly TemporaryDirectory _directory = new();
    private readonly FunctionServer _functions = new();

    private string File => Path.Combine(_directory.Path, "deliveries", "1.db");

    public async ValueTask DisposeAsync()
    {
        await _functions.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_damaged_event_becomes_a_dead_letter_and_the_others_are_delivered()
    {
        await using (var first = await StartAsync())
        {
            await first.SubscribeAsync(
                _functions, "f", new FunctionAnswer { Status = 503 }, "/", "async", "order.placed", new JsonObject { ["backoffDelay"] = "PT0.2S", ["maxDelay"] = "PT1S" });
            foreach (var id in (string[])["a", "b", "c"])
            {
                var sent = await first.Events.SendAsync(RawRequest.With(
                    "POST", "/", "application/cloudevents+json", $$"""{"specversion":"1.0","id":"{{id}}","type":"order.placed","source":"/shop","data":"amount of {{id}}"}"""));
                sent.Status.ShouldBe(202, sent.ToString());
            }

            (await first.StopAsync()).ShouldBe(0);
        }

        await ChangeAsync("amount of b", "amount of x");
        var before = _functions.Count;
        _functions["/f"] = new FunctionAnswer();
        await using var gateway = await StartAsync();

        await Eventually.TrueAsync(async () => (await LettersAsync(gateway)).Count == 1, "the damaged event is a dead letter");
        await Eventually.TrueAsync(() => Received(before).Length == 2, "the others are delivered");
        Received(before).ShouldBe(["a", "c"]);
        var letter = (await LettersAsync(gateway))[0]!;
        letter["eventId"]!.GetValue<string>().ShouldBe("b");
        letter["reason"]!.GetValue<string>().ShouldBe("The stored event is damaged.");
        letter["damaged"]!.GetValue<bool>().ShouldBeTrue();
        await Eventually.TrueAsync(
            () => gateway.Output.Contains($"Event b in {File} is damaged: its checksum is wrong. It is not delivered.", StringComparison.Ordinal), "the log names the damaged event");
        var metrics = (await gateway.Config.GetAsync("/metrics")).Text;
        metrics.ShouldContain("eventgateway_damaged_events_total");
        metrics.ShouldContain("\neventgateway_store_damaged_files{} 1\n");
        (await gateway.Config.GetAsync("/readyz")).Text.ShouldBe("degraded: deliveries/1.db (damaged events)\n");

        var redelivered = await gateway.Config.PostAsync($"{DeadLetters}/{letter["deadLetterId"]}/redeliver", "");
        redelivered.Status.ShouldBe(409, redelivered.ToString());
        (await gateway.Config.PostAsync($"{DeadLetters}/redeliver?functionId=f", "")).Json["redelivered"]!.GetValue<int>().ShouldBe(0);
        var logged = (await gateway.Config.GetAsync("/v1/spaces/default/events/b")).Json;
        logged["damaged"]!.GetValue<bool>().ShouldBeTrue();
        logged["event"].ShouldBeNull();
        Received(before).ShouldBe(["a", "c"]);
    }

    private static async Task<JsonArray> LettersAsync(GatewayProcess gateway) => (await gateway.Config.GetAsync(DeadLetters)).Json["deadLetters"]!.AsArray();

    private Task<GatewayProcess> StartAsync() => GatewayProcess.StartAsync(new GatewayOptions { DataDirectory = _directory.Path });

    private string[] Received(int from) =>
        [.. _functions.Calls(from).Select(call => call.Json["id"]!.GetValue<string>()).Distinct().Order(StringComparer.Ordinal)];

    private async Task ChangeAsync(string text, string replacement)
    {
        var bytes = await System.IO.File.ReadAllBytesAsync(File);
        var place = bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text));
        place.ShouldBeGreaterThan(0);
        Encoding.UTF8.GetBytes(replacement).CopyTo(bytes, place);
        await System.IO.File.WriteAllBytesAsync(File, bytes);
    }
}
