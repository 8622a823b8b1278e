using System.Diagnostics;
using EventGateway.Benchmarks.Load;
using EventGateway.Benchmarks.Processes;
using EventGateway.Benchmarks.Report;

namespace EventGateway.Benchmarks.Scenarios;

/// <summary>Async events beside a bare endpoint: accepted for a function that does nothing, and delivered to a real one.</summary>
internal static class AsyncScenario
{
    public static async Task RunAsync(Settings settings, FigureTable table, CancellationToken cancellationToken)
    {
        Console.WriteLine("async: events accepted, and delivered, beside a bare Kestrel endpoint");
        using var wrk = new Wrk();
        await using var function = await NginxFunction.StartAsync(cancellationToken);
        await using var kestrel = await PeerProcess.StartAsync("kestrel", functionPort: null, cancellationToken);
        await using var gateway = await GatewayProcess.StartAsync(settings.Gateway, dataDirectory: null, cancellationToken);
        await gateway.Config.CreateEventTypeAsync("bench.async", cancellationToken);
        await gateway.Config.CreateBuiltinFunctionAsync("discard", "discard", cancellationToken);
        await gateway.Config.CreateHttpFunctionAsync("nginx", function.Uri, cancellationToken);
        await gateway.Config.CreateSubscriptionAsync("async", "bench.async", "discard", "/accept", cancellationToken);
        await gateway.Config.CreateSubscriptionAsync("async", "bench.async", "nginx", "/deliver", cancellationToken);

        long accepted = 0;
        long delivered = 0;
        var bare = new Contestant("Kestrel", (time, stop) => wrk.RunAsync(new Uri($"http://127.0.0.1:{kestrel.Port}/"), time, "bench.async", stop));
        var accept = new Contestant("gateway, accept only", (time, stop) => wrk.RunAsync(new Uri($"http://127.0.0.1:{gateway.EventsPort}/accept"), time, "bench.async", stop));
        var deliver = new Contestant("gateway, delivered", async (time, stop) =>
        {
            var before = await function.CountCallsAsync(stop);
            var clock = Stopwatch.StartNew();
            var load = await wrk.RunAsync(new Uri($"http://127.0.0.1:{gateway.EventsPort}/deliver"), time, "bench.async", stop);
            var count = await DeliveredAsync(function, before, load, clock, stop);
            accepted += load.Requests - load.Refused;
            delivered += count.Delivered;

            // The rate is that of deliveries until the last one, not of acceptances.
            return load with { Requests = count.Delivered + load.Refused, Duration = count.Time > load.Duration ? count.Time : load.Duration };
        });
        await Contestant.CompeteAsync(settings, [bare, accept, deliver], cancellationToken);

        var acceptRatio = accept.RatioTo(bare);
        table.Add(new Figure("async, accept only", accept.Summary(), $"Kestrel {bare.Summary()}", $"{acceptRatio:0.00}", "0.85 or more", acceptRatio >= 0.85));
        var deliverRatio = deliver.RatioTo(bare);
        table.Add(new Figure("async, delivered at most once", deliver.Summary(), $"Kestrel {bare.Summary()}", $"{deliverRatio:0.00}", "0.4 or more", deliverRatio >= 0.4));

        // Requests under way when the load ends are delivered too, though nobody waits for their answer.
        var dropped = Math.Max(0, accepted - delivered);
        table.Add(new Figure("async, accepted but never delivered", $"{dropped:n0} of {accepted:n0}", string.Empty, $"{dropped}", "0", dropped == 0));
    }

    // Waits for what was accepted, then for what else is under way. The time is that at which the last accepted one arrived.
    private static async Task<(long Delivered, TimeSpan Time)> DeliveredAsync(
        NginxFunction function, long before, LoadResult load, Stopwatch clock, CancellationToken cancellationToken)
    {
        var accepted = load.Requests - load.Refused;
        var limit = load.Duration + TimeSpan.FromSeconds(30);
        while (await function.CountCallsAsync(cancellationToken) - before < accepted && clock.Elapsed < limit)
        {
            await Task.Delay(20, cancellationToken);
        }

        var time = clock.Elapsed;
        return (await function.SettleAsync(cancellationToken) - before, time);
    }
}
