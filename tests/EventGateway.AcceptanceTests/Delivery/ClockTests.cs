using System.Globalization;
using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Delivery;

/// <summary>The wall clock is wrong, or is set while the program runs. No delivery is late because of this.</summary>
public sealed class ClockTests(ITestOutputHelper output) : IAsyncDisposable
{
    private const string Type = "clock.event";
    private const string Age = """eventgateway_oldest_delivery_age_seconds{space="default"}""";

    // Two attempts of each event fail. More failures would open the circuit breaker of the function.
    private const int Events = 4;

    private static readonly FunctionAnswer Failure = new() { Status = 503 };
    private static readonly JsonObject Retries = new() { ["backoffDelay"] = "PT2S", ["maxDelay"] = "PT2S" };

    private readonly TemporaryDirectory _directory = new();
    private readonly FunctionServer _functions = new();
    private readonly Sender _sender = new();

    public async ValueTask DisposeAsync()
    {
        await _functions.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task Delivers_events_that_were_accepted_or_retried_while_the_clock_was_ahead()
    {
        var clock = new WallClock(_directory);
        clock.Set("+2d");
        string retrying, waiting;
        await using (var wrong = await StartAsync(clock.Environment))
        {
            var never = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var alone = new JsonObject { ["maxConcurrency"] = 1 };
            retrying = await wrong.SubscribeAsync(_functions, "retried", Failure, "/", "async", Type, (JsonObject)Retries.DeepClone());
            waiting = await wrong.SubscribeAsync(
                _functions, "waiting", new FunctionAnswer { Until = never.Task }, "/", "async", Type, alone, newType: false);
            await SendAsync(wrong);
            await Eventually.TrueAsync(() => CallsOf(retrying) >= Events && CallsOf(waiting) > 0, "the functions are called");
            await wrong.KillAsync();
            never.SetResult();
        }

        _functions["/retried"] = new FunctionAnswer();
        _functions["/waiting"] = new FunctionAnswer();
        await using var right = await StartAsync(new Dictionary<string, string>());
        await _sender.ProveDeliveredAsync(_functions, retrying, output);
        await _sender.ProveDeliveredAsync(_functions, waiting, output);
    }

    [Theory]
    [InlineData("-1h")]
    [InlineData("+3d")]
    public async Task Setting_the_clock_delays_no_attempt_and_expires_no_event(string offset)
    {
        var clock = new WallClock(_directory);
        await using var gateway = await StartAsync(clock.Environment);
        var path = await gateway.SubscribeAsync(_functions, "retried", Failure, "/", "async", Type, (JsonObject)Retries.DeepClone());
        await SendAsync(gateway);
        await Eventually.TrueAsync(() => CallsOf(path) >= Events, "every event has been attempted");

        clock.Set(offset);
        await Eventually.TrueAsync(() => CallsOf(path) >= 2 * Events, "every event has been attempted again under the new time");
        var age = await ReadAgeAsync(gateway);
        age.ShouldBeInRange(1, 600);
        await Eventually.TrueAsync(async () => await ReadAgeAsync(gateway) > age, "the oldest delivery grows older");
        _functions[path] = new FunctionAnswer();
        await _sender.ProveDeliveredAsync(_functions, path, output);
        (await gateway.Config.GetAsync("/v1/spaces/default/deadletters")).Json["deadLetters"]!.AsArray().ShouldBeEmpty();
    }

    private Task<GatewayProcess> StartAsync(IReadOnlyDictionary<string, string> environment) => GatewayProcess.StartAsync(new GatewayOptions
    {
        DataDirectory = Path.Combine(_directory.Path, "data"),
        Environment = environment,
        Arguments = ["--log-level", "error"],
    });

    private async Task SendAsync(GatewayProcess gateway)
    {
        for (var i = 0; i < Events; i++)
        {
            (await _sender.TrySendAsync(gateway, "/", Type)).ShouldBe(202);
        }
    }

    private int CallsOf(string path) => _functions.Calls().Count(call => call.Path == path);

    private static async Task<double> ReadAgeAsync(GatewayProcess gateway)
    {
        var line = (await gateway.Config.GetAsync("/metrics")).Text.Split('\n').Single(line => line.StartsWith(Age + " ", StringComparison.Ordinal));
        return double.Parse(line[Age.Length..].Trim().Split(' ')[0], CultureInfo.InvariantCulture);
    }
}
