using System.Diagnostics;
using EventGateway.Benchmarks.Load;
using EventGateway.Benchmarks.Processes;
using EventGateway.Benchmarks.Report;

namespace EventGateway.Benchmarks.Scenarios;

/// <summary>
/// Many deliveries wait for a function that does not listen. Measures the memory, the rate of another function, and the time of
/// a restart.
/// </summary>
internal static class BacklogScenario
{
    private const string Type = "bench.backlog";

    public static async Task RunAsync(Settings settings, FigureTable table, CancellationToken cancellationToken)
    {
        Console.WriteLine($"backlog: {settings.Waiting:n0} deliveries wait for a dead function");
        using var directory = new TemporaryDirectory();
        await using var function = await NginxFunction.StartAsync(cancellationToken);
        await using (var gateway = await GatewayProcess.StartAsync(settings.Gateway, directory.Path, cancellationToken))
        {
            await MeasureWaitingAsync(settings, table, gateway, function, cancellationToken);

            // The function is back, but the gateway is killed before it has made many deliveries.
            await gateway.Config.MoveHttpFunctionAsync("dead", function.Uri, cancellationToken);
        }

        await MeasureRestartAsync(settings, table, directory.Path, function, cancellationToken);
    }

    private static async Task MeasureWaitingAsync(
        Settings settings, FigureTable table, GatewayProcess gateway, NginxFunction function, CancellationToken cancellationToken)
    {
        using var wrk = new Wrk();
        await gateway.Config.CreateEventTypeAsync(Type, cancellationToken);
        await gateway.Config.CreateHttpFunctionAsync("nginx", function.Uri, cancellationToken);
        await gateway.Config.CreateHttpFunctionAsync("dead", new Uri($"http://127.0.0.1:{FreePort.Next()}/"), cancellationToken);
        await gateway.Config.CreateDeliveryAsync("atLeastOnce", Type, "nginx", "/alive", cancellationToken);
        await gateway.Config.CreateDeliveryAsync("atLeastOnce", Type, "dead", "/dead", cancellationToken);

        var alive = new Uri($"http://127.0.0.1:{gateway.EventsPort}/alive");
        await DeliveryRun.RunAsync(wrk, function, alive, Type, settings.Warmup, cancellationToken);
        await Task.Delay(TimeSpan.FromSeconds(5), cancellationToken);
        var idle = gateway.ResidentBytes;
        var empty = await RatesAsync(wrk, function, alive, settings, cancellationToken);

        var waiting = 0L;
        while (waiting < settings.Waiting)
        {
            var load = await wrk.RunAsync(new Uri($"http://127.0.0.1:{gateway.EventsPort}/dead"), TimeSpan.FromSeconds(2), Type, cancellationToken);
            if (load.Requests == load.Refused)
            {
                throw new InvalidOperationException($"The gateway accepted only {waiting:n0} deliveries.");
            }

            waiting += load.Requests - load.Refused;
        }

        await Task.Delay(TimeSpan.FromSeconds(5), cancellationToken);
        var more = (gateway.ResidentBytes - idle) / 1e6;
        table.Add(new Figure($"memory of {waiting:n0} waiting deliveries", $"{more:n0} MB of RSS", $"idle {idle / 1e6:n0} MB", $"{more:n0}", "below 150", more < 150));
        var full = await RatesAsync(wrk, function, alive, settings, cancellationToken);
        var ratio = Statistics.Median(full) / Statistics.Median(empty);
        table.Add(new Figure(
            "delivered to another function at the same time", $"{Statistics.Median(full):n0}/s", $"with none waiting {Statistics.Median(empty):n0}/s", $"{ratio:0.00}", "0.85 or more", ratio >= 0.85));
    }

    private static async Task MeasureRestartAsync(
        Settings settings, FigureTable table, string directory, NginxFunction function, CancellationToken cancellationToken)
    {
        var calls = await function.SettleAsync(cancellationToken);
        await using var gateway = await GatewayProcess.StartAsync(settings.Gateway, directory, cancellationToken);
        var clock = Stopwatch.StartNew();
        while (await function.CountCallsAsync(cancellationToken) == calls)
        {
            await Task.Delay(2, cancellationToken);
        }

        var first = clock.ElapsedMilliseconds;
        table.Add(new Figure("killed and started again: ready until the first delivery", $"{first:n0} ms", string.Empty, $"{first:n0}", "1,000 ms or less", first <= 1000));
    }

    private static async Task<List<double>> RatesAsync(Wrk wrk, NginxFunction function, Uri target, Settings settings, CancellationToken cancellationToken)
    {
        var rates = new List<double>();
        for (var round = 0; round < settings.Rounds; round++)
        {
            rates.Add((await DeliveryRun.RunAsync(wrk, function, target, Type, settings.Round, cancellationToken)).Load.Rate);
            Console.WriteLine($"  round {round + 1}: {rates[^1]:n0}/s delivered");
        }

        return rates;
    }
}
