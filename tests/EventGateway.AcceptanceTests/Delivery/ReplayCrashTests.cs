using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Delivery;

/// <summary>A replay survives a crash of the program.</summary>
public sealed class ReplayCrashTests : IAsyncLifetime
{
    private const string Replays = "/v1/spaces/default/replays";
    private const int Events = 40;

    private readonly TemporaryDirectory _directory = new();
    private readonly FunctionServer _functions = new();
    private GatewayProcess _gateway = null!;

    public async ValueTask InitializeAsync()
    {
        _gateway = await StartAsync();
        await SubscribeAsync();

        // Large events, so that a replay takes some time.
        var data = new string('x', 300_000);
        for (var number = 0; number < Events; number++)
        {
            var sent = await _gateway.Events.SendAsync(RawRequest.With(
                "POST",
                "/",
                "application/cloudevents+json",
                $$"""{"specversion":"1.0","id":"{{number}}","type":"replayed.event","source":"/shop","data":"{{data}}"}"""));
            sent.Status.ShouldBe(202, sent.ToString());
        }

        await Eventually.TrueAsync(() => _functions.Count == Events, "all events are delivered");
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _functions.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_paused_replay_stays_paused_after_a_crash_and_can_be_resumed()
    {
        var paused = await PauseOneAsync();
        var cancelled = await PauseOneAsync();
        (await _gateway.Config.SendAsync(new RawRequest("DELETE", $"{Replays}/{cancelled}"))).Status.ShouldBe(204);
        var before = (await ReadAsync(paused))["replayed"]!.GetValue<int>();

        await RestartAsync();

        (await StateAsync(cancelled)).ShouldBe("cancelled");
        var restored = await ReadAsync(paused);
        restored["state"]!.GetValue<string>().ShouldBe("paused");
        restored["replayed"]!.GetValue<int>().ShouldBeInRange(0, before);
        (await _gateway.Config.PostAsync($"{Replays}/{paused}/resume", "")).Status.ShouldBe(200);
        await ShouldCompleteAsync(paused);
        (await _gateway.Config.PostAsync($"{Replays}/{cancelled}/resume", "")).Status.ShouldBe(409);
    }

    [Fact]
    public async Task A_running_replay_continues_after_a_crash()
    {
        var replay = await BeginAsync();

        await RestartAsync();

        await ShouldCompleteAsync(replay);
    }

    [Fact]
    public async Task A_replay_waits_while_its_subscription_is_missing()
    {
        var replay = await PauseOneAsync();
        await _gateway.StopAsync();
        File.Delete(Path.Combine(_directory.Path, "config.db"));
        await RestartAsync("--accept-missing-files");

        (await _gateway.Config.PostAsync($"{Replays}/{replay}/resume", "")).Status.ShouldBe(200);
        await Eventually.TrueAsync(
            () => _gateway.Output.Contains($"Replay default/{replay} waits", StringComparison.Ordinal), "the log says that the replay waits");
        (await StateAsync(replay)).ShouldBe("running");
        await RestartAsync();
        (await StateAsync(replay)).ShouldBe("running");
        await SubscribeAsync();

        await ShouldCompleteAsync(replay);
    }

    [Fact]
    public async Task A_replay_fails_when_its_subscription_is_deleted()
    {
        var replay = await PauseOneAsync();
        var deleted = await _gateway.Config.SendAsync(new RawRequest("DELETE", $"/v1/spaces/default/subscriptions/{await SubscriptionIdAsync()}"));
        deleted.Status.ShouldBe(204, deleted.ToString());

        await RestartAsync();

        var ended = await ReadAsync(replay);
        ended["state"]!.GetValue<string>().ShouldBe("failed");
        ended["error"]!.GetValue<string>().ShouldBe("The subscription was deleted.");
    }

    private Task<GatewayProcess> StartAsync(params string[] arguments) =>
        GatewayProcess.StartAsync(new GatewayOptions { DataDirectory = _directory.Path, Arguments = arguments });

    private async Task RestartAsync(params string[] arguments)
    {
        await _gateway.KillAsync();
        await _gateway.DisposeAsync();
        _gateway = await StartAsync(arguments);
    }

    private Task<string> SubscribeAsync() =>
        _gateway.SubscribeAsync(_functions, "f", new FunctionAnswer(), "/", "async", "replayed.event");

    private async Task<string> SubscriptionIdAsync()
    {
        var subscriptions = (await _gateway.Config.GetAsync("/v1/spaces/default/subscriptions")).Json["subscriptions"]!;
        return subscriptions[0]!["subscriptionId"]!.GetValue<string>();
    }

    private async Task<string> BeginAsync()
    {
        var body = new JsonObject { ["subscriptionId"] = await SubscriptionIdAsync() };
        var answer = await _gateway.Config.PostAsync(Replays, body.ToJsonString());
        answer.Status.ShouldBe(201, answer.ToString());
        return answer.Json["replayId"]!.GetValue<string>();
    }

    // Starts replays until it can pause one before it is done.
    private async Task<string> PauseOneAsync()
    {
        var replay = "";
        await Eventually.TrueAsync(
            async () =>
            {
                replay = await BeginAsync();
                return (await _gateway.Config.PostAsync($"{Replays}/{replay}/pause", "")).Status == 200;
            },
            "a replay is paused");
        return replay;
    }

    private async Task<JsonNode> ReadAsync(string replay) => (await _gateway.Config.GetAsync($"{Replays}/{replay}")).Json;

    private async Task<string> StateAsync(string replay) => (await ReadAsync(replay))["state"]!.GetValue<string>();

    private async Task ShouldCompleteAsync(string replay)
    {
        await Eventually.TrueAsync(async () => await StateAsync(replay) == "done", "the replay is done");
        (await ReadAsync(replay))["replayed"]!.GetValue<int>().ShouldBe(Events);
        await Eventually.TrueAsync(
            () => _functions.Calls().Where(call => call.Json["replayid"]?.GetValue<string>() == replay)
                .Select(call => call.Json["id"]!.GetValue<string>()).Distinct().Count() == Events,
            "every event is replayed");
    }
}
