using EventGateway.Benchmarks.Load;
using EventGateway.Benchmarks.Processes;
using EventGateway.Benchmarks.Report;

namespace EventGateway.Benchmarks.Scenarios;

/// <summary>Two builds of the gateway side by side: the processor time that each takes for a request, and their rates.</summary>
internal static class CompareScenario
{
    private const string Type = "bench.compare";

    private static readonly Load[] Loads =
    [
        new("sync, custom event", "/sync", Type),
        new("sync, raw", "/raw", EventType: null),
        new("accepted, at most once", "/accept", Type),
        new("delivered, at most once", "/memory", Type),
        new("delivered, at least once", "/durable", Type),
        new("accepted on disk", "/disk", Type),
    ];

    public static async Task RunAsync(Settings settings, FigureTable table, CancellationToken cancellationToken)
    {
        Console.WriteLine("compare: processor time for a request, of one build beside another");
        if (settings.Against is not { } other)
        {
            throw new InvalidOperationException("The scenario compare takes the other build: --against PATH.");
        }

        using var wrk = new Wrk();
        await using var function = await NginxFunction.StartAsync(cancellationToken);
        List<Sample[]> ours = [];
        List<Sample[]> theirs = [];
        for (var round = 1; round <= settings.Rounds; round++)
        {
            // New processes: what the just-in-time compiler makes of a program differs from start to start.
            await using var gateway = await StartAsync(settings.Gateway, function, cancellationToken);
            await using var otherGateway = await StartAsync(other, function, cancellationToken);
            foreach (var load in Loads)
            {
                // All loads before the first is measured: they share much code, which is compiled anew while it is warming up.
                await RunAsync(gateway, load, settings.Warmup);
                await RunAsync(otherGateway, load, settings.Warmup);
            }

            ours.Add(new Sample[Loads.Length]);
            theirs.Add(new Sample[Loads.Length]);
            for (var i = 0; i < Loads.Length; i++)
            {
                // Which of the two goes first changes, so that neither always follows the other.
                if ((round + i) % 2 == 0)
                {
                    ours[^1][i] = await RunAsync(gateway, Loads[i], settings.Round);
                    theirs[^1][i] = await RunAsync(otherGateway, Loads[i], settings.Round);
                }
                else
                {
                    theirs[^1][i] = await RunAsync(otherGateway, Loads[i], settings.Round);
                    ours[^1][i] = await RunAsync(gateway, Loads[i], settings.Round);
                }
            }

            Console.WriteLine($"  round {round} of {settings.Rounds}");
        }

        for (var i = 0; i < Loads.Length; i++)
        {
            var mine = ours.ConvertAll(samples => samples[i]);
            var others = theirs.ConvertAll(samples => samples[i]);
            var ratio = Statistics.Median(mine.Zip(others, static (one, another) => one.Microseconds / another.Microseconds));
            var rates = Statistics.Median(mine.Zip(others, static (one, another) => one.Rate / another.Rate));
            table.Add(new Figure(Loads[i].Name, Summary(mine), Summary(others), $"{ratio:0.000} (rate {rates:0.000})", "1.02 or less", ratio <= 1.02));
        }

        async Task<Sample> RunAsync(GatewayProcess gateway, Load load, TimeSpan time)
        {
            var before = gateway.ProcessorTime;
            var result = await wrk.RunAsync(new Uri($"http://127.0.0.1:{gateway.EventsPort}{load.Path}"), time, load.EventType, cancellationToken);
            await function.SettleAsync(cancellationToken);
            return new Sample((gateway.ProcessorTime - before).TotalMicroseconds / result.Requests, result.Rate);
        }
    }

    private static async Task<GatewayProcess> StartAsync(string program, NginxFunction function, CancellationToken cancellationToken)
    {
        var gateway = await GatewayProcess.StartAsync(program, dataDirectory: null, cancellationToken);
        try
        {
            var config = gateway.Config;
            await config.CreateEventTypeAsync(Type, cancellationToken);
            await config.CreateBuiltinFunctionAsync("discard", "discard", cancellationToken);
            await config.CreateHttpFunctionAsync("nginx", function.Uri, cancellationToken);
            await config.CreateHttpFunctionAsync("dead", new Uri($"http://127.0.0.1:{FreePort.Next()}/"), cancellationToken);
            await config.CreateSubscriptionAsync("sync", Type, "nginx", "/sync", cancellationToken);
            await config.CreateRawSubscriptionAsync("nginx", "POST", "/raw", cancellationToken);
            await config.CreateDeliveryAsync("atMostOnce", Type, "discard", "/accept", cancellationToken);
            await config.CreateDeliveryAsync("atMostOnce", Type, "nginx", "/memory", cancellationToken);
            await config.CreateDeliveryAsync("atLeastOnce", Type, "dead", "/disk", cancellationToken);
            await config.CreateDeliveryAsync("atLeastOnce", Type, "nginx", "/durable", cancellationToken);
            return gateway;
        }
        catch
        {
            await gateway.DisposeAsync();
            throw;
        }
    }

    private static string Summary(List<Sample> samples) =>
        $"{Statistics.Median(samples.Select(s => s.Microseconds)):0.0} µs, {Statistics.Median(samples.Select(s => s.Rate)):n0}/s";

    /// <summary>A kind of request.</summary>
    private sealed record Load(string Name, string Path, string? EventType);

    /// <summary>What one run took: processor time of the gateway for each request, and requests per second.</summary>
    private readonly record struct Sample(double Microseconds, double Rate);
}
