using System.Diagnostics;
using EventGateway.Benchmarks.Processes;
using EventGateway.Benchmarks.Report;

namespace EventGateway.Benchmarks.Scenarios;

/// <summary>The time from the start of the process to the first 200 of <c>/readyz</c>, and the memory of an idle gateway.</summary>
internal static class StartupScenario
{
    public static async Task RunAsync(Settings settings, FigureTable table, CancellationToken cancellationToken)
    {
        Console.WriteLine("startup: an empty gateway");
        var times = new List<double>();
        var memory = new List<double>();

        // The first start does not count, because it also reads the program from disk.
        for (var round = 0; round <= settings.Rounds; round++)
        {
            var clock = Stopwatch.StartNew();
            await using var gateway = await GatewayProcess.StartAsync(settings.Gateway, dataDirectory: null, cancellationToken);
            var time = clock.Elapsed;
            await Task.Delay(TimeSpan.FromSeconds(3), cancellationToken);
            if (round > 0)
            {
                times.Add(time.TotalMilliseconds);
                memory.Add(gateway.ResidentBytes / 1e6);
                Console.WriteLine($"  round {round}: ready after {times[^1]:n0} ms, {memory[^1]:n0} MB");
            }
        }

        var ready = Statistics.Median(times);
        table.Add(new Figure("start until ready", $"{ready:n0} ms", string.Empty, $"{ready:n0}", "1,000 ms or less", ready <= 1000));
        var resident = Statistics.Median(memory);
        table.Add(new Figure("memory at rest", $"{resident:n0} MB of RSS", string.Empty, $"{resident:n0}", "below 120 MB", resident < 120));
    }
}
