using EventGateway.Benchmarks.Load;
using EventGateway.Benchmarks.Processes;
using EventGateway.Benchmarks.Report;

namespace EventGateway.Benchmarks.Scenarios;

/// <summary>Async events compared with a bare endpoint: accepted for a function that does nothing, and delivered to a real function.</summary>
internal static class AsyncScenario
{
    public static async Task RunAsync(Settings settings, FigureTable table, CancellationToken cancellationToken)
    {
        Console.WriteLine("async: events accepted and delivered, compared with a bare Kestrel endpoint");
        using var wrk = new Wrk();
        await using var function = await NginxFunction.StartAsync(cancellationToken);
        await using var kestrel = await PeerProcess.StartAsync("kestrel", number: null, cancellationToken);
        await using var gateway = await GatewayProcess.StartAsync(settings.Gateway, dataDirectory: null, cancellationToken);
        await gateway.Config.CreateEventTypeAsync("bench.async", cancellationToken);
        await gateway.Config.CreateBuiltinFunctionAsync("discard", "discard", cancellationToken);
        await gateway.Config.CreateHttpFunctionAsync("nginx", function.Uri, cancellationToken);
        await gateway.Config.CreateDeliveryAsync("atMostOnce", "bench.async", "discard", "/accept", cancellationToken);
        await gateway.Config.CreateDeliveryAsync("atMostOnce", "bench.async", "nginx", "/deliver", cancellationToken);

        long accepted = 0;
        long delivered = 0;
        var bare = new Contestant("Kestrel", (time, stop) => wrk.RunAsync(new Uri($"http://127.0.0.1:{kestrel.Port}/"), time, "bench.async", stop));
        var accept = new Contestant("gateway, accept only", (time, stop) => wrk.RunAsync(new Uri($"http://127.0.0.1:{gateway.EventsPort}/accept"), time, "bench.async", stop));
        var deliver = new Contestant("gateway, delivered", async (time, stop) =>
        {
            var run = await DeliveryRun.RunAsync(wrk, function, new Uri($"http://127.0.0.1:{gateway.EventsPort}/deliver"), "bench.async", time, stop);
            accepted += run.Accepted;
            delivered += run.Delivered;
            return run.Load;
        });
        await Contestant.CompeteAsync(settings, [bare, accept, deliver], cancellationToken);

        var acceptRatio = accept.RatioTo(bare);
        table.Add(new Figure("async, accept only", accept.Summary(), $"Kestrel {bare.Summary()}", $"{acceptRatio:0.00}", "0.85 or more", acceptRatio >= 0.85));
        var deliverRatio = deliver.RatioTo(bare);
        table.Add(new Figure("async, delivered at most once", deliver.Summary(), $"Kestrel {bare.Summary()}", $"{deliverRatio:0.00}", "0.4 or more", deliverRatio >= 0.4));

        // The gateway also delivers requests that are in flight when the load ends, which wrk does not count.
        var dropped = Math.Max(0, accepted - delivered);
        table.Add(new Figure("async, accepted but never delivered", $"{dropped:n0} of {accepted:n0}", string.Empty, $"{dropped}", "0", dropped == 0));
    }
}
