using System.Diagnostics;
using System.Globalization;
using EventGateway.Abstractions.Config;
using EventGateway.Abstractions.Delivery;
using EventGateway.AcceptanceTests.Harness;
using EventGateway.Stores.Sqlite.Config;
using EventGateway.Stores.Sqlite.Delivery;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;

namespace EventGateway.AcceptanceTests.PowerLoss;

/// <summary>
/// Records the system calls of the program, and opens the files that a power loss at random moments would leave. No acknowledged
/// data may be missing, and the stores must always open.
/// </summary>
public sealed class PowerLossTests(ITestOutputHelper output) : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly PowerLossLoad _load = new();

    // ./test.sh --power-loss-points and --power-loss-seed set them.
    private static int Points => Number("POWER_LOSS_POINTS", 100);

    private static int Seed => Number("POWER_LOSS_SEED", Environment.TickCount);

    private string Data => Path.Combine(_directory.Path, "data");

    public async ValueTask DisposeAsync()
    {
        await _load.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task No_acknowledged_data_is_lost_when_the_power_fails_at_any_moment()
    {
        var calls = await RecordAsync();
        calls.Count(call => call.Kind is DiskCallKind.EndSync).ShouldBeGreaterThan(100);
        calls.ShouldContain(call => call.Kind == DiskCallKind.Unlink && call.Path.EndsWith(".db", StringComparison.Ordinal));

        var seed = Seed;
        var random = new Random(seed);

        // A tenth of the points are in the first start, when the files are created.
        var started = calls.FindIndex(call => call.Time > _load.Types.Values.Min());
        var points = Enumerable.Range(0, Points).Select(i => random.Next(i % 10 == 0 ? started : calls.Count)).Order().ToList();
        var watch = Stopwatch.StartNew();
        var disk = new SimulatedDisk(_directory.Path);
        var (next, losses) = (0, new List<string>());
        foreach (var point in points)
        {
            for (; next < point; next++)
            {
                disk.Add(calls[next]);
            }

            using var image = new TemporaryDirectory();
            disk.Survive(random, image.Path);
            var answered = calls[point].Time;
            try
            {
                await CheckAsync(Path.Combine(image.Path, "data"), answered);
            }
            catch (Exception exception)
            {
                losses.Add($"Seed {seed}, before call {point} of {calls.Count} ({calls[point].Kind} {calls[point].Path}): {exception.Message.ReplaceLineEndings(" ")}");
            }
        }

        output.WriteLine($"{Points} power losses in {calls.Count} calls, {_load.Events.Count} events and {_load.Types.Count} event types, seed {seed}, {watch.Elapsed.TotalSeconds:0} s.");
        losses.ShouldBeEmpty($"{losses.Count} of {Points}: {string.Join("\n", losses.Take(5))}");
    }

    private static int Number(string variable, int otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    private async Task<List<DiskCall>> RecordAsync()
    {
        var file = Path.Combine(_directory.Path, "calls");
        await using (var gateway = await GatewayProcess.StartAsync(new GatewayOptions
        {
            DataDirectory = Data,
            DiskCallsFile = file,
            Arguments = ["--log-level", "error", "--retention-size", "800000"],
        }))
        {
            await _load.RunAsync(gateway, passing: 700, kept: 120);

            // Only the program is killed. The recorder then writes its output.
            using var kill = Process.Start("kill", ["-KILL", $"{gateway.Id}"]);
            await Eventually.TrueAsync(() => DiskCallLog.IsComplete(file), "all of the calls are recorded", TimeSpan.FromMinutes(1));
        }

        return DiskCallLog.Read(file, _directory.Path);
    }

    private async Task CheckAsync(string data, double time)
    {
        // Retries that wait for an hour are due by then.
        var clock = new LaterTimeProvider(TimeSpan.FromHours(2));
        await using var config = await SqliteConfigStore.OpenAsync(data, clock, NullLogger.Instance, default);
        var contents = await config.LoadAsync(default);
        Missing(_load.Types, time, contents.Entries.Where(entry => entry.Key.Kind is ConfigKind.EventType).Select(entry => entry.Key.Id))
            .ShouldBeEmpty("event types are lost");

        await using var store = await SqliteDeliveryStore.OpenAsync(data, new SqliteDeliveryOptions(), clock, NullLogger.Instance, default);
        store.Faults.ShouldBeEmpty();
        var found = PowerLossLoad.Keepers.ToDictionary(static keeper => keeper, static _ => new List<string>());
        foreach (var key in await store.ListWaitingAsync(default))
        {
            var window = new LeasedDelivery[256];
            for (Lease lease; (lease = await store.LeaseAsync(key, window, default)).Count > 0;)
            {
                foreach (var delivery in window[..lease.Count].Where(static delivery => delivery.EventType == PowerLossLoad.Kept))
                {
                    HasItsData(delivery.EventId, delivery.Payload.Body);
                    found[key.FunctionId].Add(delivery.EventId);
                }
            }
        }

        string? cursor = null;
        do
        {
            var page = await store.ListAsync(new DeadLetterFilter { Space = "default" }, 1_000, cursor, default);
            foreach (var letter in page.Items)
            {
                HasItsData(letter.EventId, letter.Event);
                found[letter.Subscription.FunctionId].Add(letter.EventId);
            }

            cursor = page.Next;
        }
        while (cursor is not null);

        foreach (var (keeper, ids) in found)
        {
            Missing(_load.Events, time, ids).ShouldBeEmpty($"deliveries to {keeper} are lost");
        }
    }

    private static void HasItsData(string id, ReadOnlyMemory<byte> @event) =>
        System.Text.Json.Nodes.JsonNode.Parse(@event.Span)!["data"]!.GetValue<string>().ShouldBe(PowerLossLoad.DataOf(id));

    private static List<string> Missing(IEnumerable<KeyValuePair<string, double>> answered, double time, IEnumerable<string> found) =>
        [.. answered.Where(item => item.Value < time).Select(static item => item.Key).Except(found)];

    private sealed class LaterTimeProvider(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + by;
    }
}
