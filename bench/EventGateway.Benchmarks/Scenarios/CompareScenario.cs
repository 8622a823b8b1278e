using EventGateway.Benchmarks.Load;
using EventGateway.Benchmarks.Processes;
using EventGateway.Benchmarks.Report;

namespace EventGateway.Benchmarks.Scenarios;

/// <summary>Compares two builds of the gateway: the processor time for each request, and the rate.</summary>
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
        Console.WriteLine("compare: processor time for each request, of two builds");
        using var wrk = new Wrk();
        await using var function = await NginxFunction.StartAsync(cancellationToken);
        var samples = Array.ConvertAll(Loads, static _ => new[] { new List<Sample>(), new List<Sample>() });
        for (var round = 1; round <= settings.Rounds; round++)
        {
            // Each round starts new processes, because the just-in-time compiler's code differs from start to start.
            await using var first = await StartAsync(settings.Gateway, function, cancellationToken);
            await using var second = await StartAsync(settings.Against!, function, cancellationToken);
            GatewayProcess[] gateways = [first, second];

            // All loads warm up before the first is measured. They share code, which the compiler optimizes during the warm-up.
            foreach (var load in Loads)
            {
                foreach (var gateway in gateways)
                {
                    await RunAsync(gateway, load, settings.Warmup);
                }
            }

            for (var i = 0; i < Loads.Length; i++)
            {
                // The order alternates, so that no build always runs second.
                for (var turn = 0; turn < gateways.Length; turn++)
                {
                    var build = (round + i + turn) % gateways.Length;
                    samples[i][build].Add(await RunAsync(gateways[build], Loads[i], settings.Round));
                }
            }

            Console.WriteLine($"  round {round} of {settings.Rounds}");
        }

        for (var i = 0; i < Loads.Length; i++)
        {
            var (ours, theirs) = (samples[i][0], samples[i][1]);
            var ratio = Statistics.Median(ours.Zip(theirs, static (our, their) => our.Microseconds / their.Microseconds));
            var rates = Statistics.Median(ours.Zip(theirs, static (our, their) => our.Rate / their.Rate));
            table.Add(new Figure(Loads[i].Name, Summary(ours), Summary(theirs), $"{ratio:0.000} (rate {rates:0.000})", "1.02 or less", ratio <= 1.02));
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

    /// <summary>The result of one run: the gateway's processor time for each request, and requests per second.</summary>
    private readonly record struct Sample(double Microseconds, double Rate);
}
