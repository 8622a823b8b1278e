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
        await using var ours = await StartAsync(settings.Gateway, function, cancellationToken);
        await using var theirs = await StartAsync(other, function, cancellationToken);

        // Which of the two goes first changes, so that neither always follows the other.
        var turn = 0;
        foreach (var load in Loads)
        {
            await MeasureAsync(load, settings.Warmup);
            List<(Sample Ours, Sample Theirs)> rounds = [];
            for (var round = 1; round <= settings.Rounds; round++)
            {
                rounds.Add(await MeasureAsync(load, settings.Round));
            }

            var ratio = Statistics.Median(rounds.Select(round => round.Ours.Microseconds / round.Theirs.Microseconds));
            var rates = Statistics.Median(rounds.Select(round => round.Ours.Rate / round.Theirs.Rate));
            table.Add(new Figure(
                load.Name, Summary(rounds.Select(round => round.Ours)), Summary(rounds.Select(round => round.Theirs)),
                $"{ratio:0.000} (rate {rates:0.000})", "1.02 or less", ratio <= 1.02));
        }

        async Task<(Sample Ours, Sample Theirs)> MeasureAsync(Load load, TimeSpan time)
        {
            if (turn++ % 2 == 0)
            {
                return (await RunAsync(ours), await RunAsync(theirs));
            }

            var second = await RunAsync(theirs);
            return (await RunAsync(ours), second);

            async Task<Sample> RunAsync(GatewayProcess gateway)
            {
                var before = gateway.ProcessorTime;
                var target = new Uri($"http://127.0.0.1:{gateway.EventsPort}{load.Path}");
                var result = await wrk.RunAsync(target, time, load.EventType, cancellationToken);
                await function.SettleAsync(cancellationToken);
                return new Sample((gateway.ProcessorTime - before).TotalMicroseconds / result.Requests, result.Rate);
            }
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

    private static string Summary(IEnumerable<Sample> samples)
    {
        var all = samples.ToArray();
        return $"{Statistics.Median(all.Select(s => s.Microseconds)):0.0} µs, {Statistics.Median(all.Select(s => s.Rate)):n0}/s";
    }

    /// <summary>A kind of request.</summary>
    private sealed record Load(string Name, string Path, string? EventType);

    /// <summary>What one run took: processor time of the gateway for each request, and requests per second.</summary>
    private readonly record struct Sample(double Microseconds, double Rate);
}
