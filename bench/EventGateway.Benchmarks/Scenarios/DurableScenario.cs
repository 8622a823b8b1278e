using EventGateway.Benchmarks.Load;
using EventGateway.Benchmarks.Processes;
using EventGateway.Benchmarks.Report;

namespace EventGateway.Benchmarks.Scenarios;

/// <summary>Events that are stored before they are accepted. Compares accepting with a bare endpoint, and delivery with at most once.</summary>
internal static class DurableScenario
{
    private const string Type = "bench.durable";

    public static async Task RunAsync(Settings settings, FigureTable table, CancellationToken cancellationToken)
    {
        Console.WriteLine("durable: events accepted once they are on disk, and delivered");
        using var wrk = new Wrk();
        await using var function = await NginxFunction.StartAsync(cancellationToken);
        await using var kestrel = await PeerProcess.StartAsync("kestrel", number: null, cancellationToken);
        await using var gateway = await GatewayProcess.StartAsync(settings.Gateway, dataDirectory: null, cancellationToken);
        await gateway.Config.CreateEventTypeAsync(Type, cancellationToken);

        // Nothing listens at this port. The accepted events wait, so that only accepting is measured.
        await gateway.Config.CreateHttpFunctionAsync("dead", new Uri($"http://127.0.0.1:{FreePort.Next()}/"), cancellationToken);
        await gateway.Config.CreateHttpFunctionAsync("nginx", function.Uri, cancellationToken);
        await gateway.Config.CreateDeliveryAsync("atLeastOnce", Type, "dead", "/accept", cancellationToken);
        await gateway.Config.CreateDeliveryAsync("atLeastOnce", Type, "nginx", "/durable", cancellationToken);
        await gateway.Config.CreateDeliveryAsync("atMostOnce", Type, "nginx", "/memory", cancellationToken);

        Uri Target(string path) => new($"http://127.0.0.1:{gateway.EventsPort}{path}");
        var lost = 0L;
        var accepted = 0L;
        Contestant Delivered(string name, string path) => new(name, async (time, stop) =>
        {
            var run = await DeliveryRun.RunAsync(wrk, function, Target(path), Type, time, stop);
            accepted += run.Accepted;
            lost += Math.Max(0, run.Accepted - run.Delivered);
            return run.Load;
        });
        var bare = new Contestant("Kestrel", (time, stop) => wrk.RunAsync(new Uri($"http://127.0.0.1:{kestrel.Port}/"), time, Type, stop));
        var accept = new Contestant("gateway, accepted on disk", (time, stop) => wrk.RunAsync(Target("/accept"), time, Type, stop));
        var memory = Delivered("gateway, at most once", "/memory");
        var durable = Delivered("gateway, at least once", "/durable");
        await Contestant.CompeteAsync(settings, [bare, accept, memory, durable], cancellationToken);

        var acceptRatio = accept.RatioTo(bare);
        table.Add(new Figure("durable, accepted", accept.Summary(), $"Kestrel {bare.Summary()}", $"{acceptRatio:0.00}", "0.32 or more", acceptRatio >= 0.32));
        var deliverRatio = durable.RatioTo(memory);
        table.Add(new Figure("durable, delivered", durable.Summary(), $"at most once {memory.Summary()}", $"{deliverRatio:0.00}", "0.6 or more", deliverRatio >= 0.6));
        table.Add(new Figure("accepted but never delivered", $"{lost:n0} of {accepted:n0}", string.Empty, $"{lost}", "0", lost == 0));

        var half = await wrk.RunAsync(Target("/accept"), settings.Round, Type, cancellationToken, rate: accept.Rate / 2);
        var spread = half.P99 / half.P50;
        table.Add(new Figure(
            "durable, p99 of accepting at half of that load", $"{half.Rate:n0}/s, p99 {half.P99.TotalMilliseconds:0.0} ms",
            $"p50 {half.P50.TotalMilliseconds:0.0} ms", $"{spread:0.0}", "below 4", spread < 4));
    }
}
