using System.Globalization;
using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Delivery;

/// <summary>Kills the program under load again and again. Every accepted event must reach every subscriber.</summary>
public sealed class DeliveryCrashTests(ITestOutputHelper output) : IAsyncDisposable
{
    private const int Clients = 8;
    private const string Type = "crash.event";

    private readonly TemporaryDirectory _directory = new();
    private readonly FunctionServer _functions = new();
    private readonly Sender _sender = new();
    private readonly Random _random = new();

    // Set by ./test.sh --crash-rounds.
    private static int Rounds => int.Parse(Environment.GetEnvironmentVariable("CRASH_ROUNDS") ?? "30", CultureInfo.InvariantCulture);

    public async ValueTask DisposeAsync()
    {
        await _functions.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task Delivers_every_accepted_event_when_killed_at_any_moment()
    {
        string[] subscribers = [];
        for (var round = 0; round < Rounds; round++)
        {
            await using var gateway = await StartAsync();
            if (round == 0)
            {
                // The second function fails in some rounds, so that deliveries also wait for a retry when the program is killed.
                var retries = new JsonObject { ["backoffDelay"] = "PT0.05S", ["maxDelay"] = "PT0.5S" };
                subscribers =
                [
                    await gateway.SubscribeAsync(_functions, "steady", new FunctionAnswer(), "/", "async", Type),
                    await gateway.SubscribeAsync(_functions, "flaky", new FunctionAnswer(), "/", "async", Type, retries, newType: false),
                ];
            }

            _functions["/flaky"] = new FunctionAnswer { Status = round % 3 == 1 ? 503 : 200 };
            var before = _sender.Accepted.Count;
            var target = before + _random.Next(1, 500);
            using var stop = new CancellationTokenSource();
            var sending = _sender.SendAsync(gateway, Clients, "/", Type, stop.Token);
            await Eventually.TrueAsync(() => Task.FromResult(_sender.Accepted.Count >= target || sending.IsCompleted), "events are accepted");
            await gateway.KillAsync();
            await stop.CancelAsync();
            await sending;
            output.WriteLine($"Round {round}: {_sender.Accepted.Count - before} accepted.");
        }

        _functions["/flaky"] = new FunctionAnswer();
        await using var last = await StartAsync();
        foreach (var path in subscribers)
        {
            await _sender.ProveDeliveredAsync(_functions, path, output);
        }

        _sender.Accepted.Count.ShouldBeGreaterThan(Rounds);
    }

    private Task<GatewayProcess> StartAsync() => GatewayProcess.StartAsync(new GatewayOptions { DataDirectory = _directory.Path, Arguments = ["--log-level", "error"] });
}
