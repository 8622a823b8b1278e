using System.Globalization;
using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Delivery;

/// <summary>Kills the program under load, again and again: every event that was accepted must reach every subscriber.</summary>
public sealed class DeliveryCrashTests(ITestOutputHelper output) : IAsyncDisposable
{
    private const int Clients = 8;
    private const string Type = "crash.event";

    private readonly TemporaryDirectory _directory = new();
    private readonly FunctionServer _functions = new();
    private readonly Sender _sender = new();
    private readonly Random _random = new();

    // ./test.sh --crash-rounds sets it.
    private static int Rounds => int.Parse(Environment.GetEnvironmentVariable("CRASH_ROUNDS") ?? "30", CultureInfo.InvariantCulture);

    public async ValueTask DisposeAsync()
    {
        await _functions.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task Delivers_everything_that_was_accepted_when_killed_at_any_moment()
    {
        string[] subscribers = [];
        for (var round = 0; round < Rounds; round++)
        {
            await using var gateway = await StartAsync();
            if (round == 0)
            {
                // The second fails now and then, so that deliveries also wait for another attempt when the end comes.
                var retries = new JsonObject { ["backoffDelay"] = "PT0.05S", ["maxDelay"] = "PT0.5S" };
                subscribers =
                [
                    await gateway.SubscribeAsync(_functions, "steady", new FunctionAnswer(), "/", "async", Type),
                    await gateway.SubscribeAsync(_functions, "moody", new FunctionAnswer(), "/", "async", Type, retries, newType: false),
                ];
            }

            _functions["/moody"] = new FunctionAnswer { Status = round % 3 == 1 ? 503 : 200 };
            var before = _sender.Accepted.Count;
            var enough = before + _random.Next(1, 500);
            using var stop = new CancellationTokenSource();
            var sending = _sender.SendAsync(gateway, Clients, "/", Type, stop.Token);
            await Eventually.TrueAsync(() => Task.FromResult(_sender.Accepted.Count >= enough || sending.IsCompleted), "events are accepted");
            await gateway.KillAsync();
            await stop.CancelAsync();
            await sending;
            output.WriteLine($"Round {round}: {_sender.Accepted.Count - before} accepted.");
        }

        _functions["/moody"] = new FunctionAnswer();
        await using var last = await StartAsync();
        foreach (var path in subscribers)
        {
            await _sender.ProveDeliveredAsync(_functions, path, output);
        }

        _sender.Accepted.Count.ShouldBeGreaterThan(Rounds);
    }

    private Task<GatewayProcess> StartAsync() => GatewayProcess.StartAsync(new GatewayOptions { DataDirectory = _directory.Path, Arguments = ["--log-level", "error"] });
}
