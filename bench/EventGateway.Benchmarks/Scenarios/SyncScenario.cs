using EventGateway.Benchmarks.Load;
using EventGateway.Benchmarks.Processes;
using EventGateway.Benchmarks.Report;

namespace EventGateway.Benchmarks.Scenarios;

/// <summary>Sync events compared with a reverse proxy, both in front of the same function.</summary>
internal static class SyncScenario
{
    public static async Task RunAsync(Settings settings, FigureTable table, CancellationToken cancellationToken)
    {
        Console.WriteLine("sync: a function's answer through the gateway and through YARP");
        using var wrk = new Wrk();
        await using var function = await NginxFunction.StartAsync(cancellationToken);
        await using var yarp = await PeerProcess.StartAsync("yarp", function.Port, cancellationToken);
        await using var gateway = await GatewayProcess.StartAsync(settings.Gateway, dataDirectory: null, cancellationToken);
        await gateway.Config.CreateEventTypeAsync("bench.sync", cancellationToken);
        await gateway.Config.CreateHttpFunctionAsync("nginx", function.Uri, cancellationToken);
        await gateway.Config.CreateSubscriptionAsync("sync", "bench.sync", "nginx", "/bench", cancellationToken);
        await gateway.Config.CreateSubscriptionAsync("sync", "http.request", "nginx", "/bench", cancellationToken);

        var target = new Uri($"http://127.0.0.1:{gateway.EventsPort}/bench");
        var proxy = new Contestant("YARP", (time, stop) => wrk.RunAsync(new Uri($"http://127.0.0.1:{yarp.Port}/bench"), time, eventType: null, stop));
        var custom = new Contestant("gateway, custom event", (time, stop) => wrk.RunAsync(target, time, "bench.sync", stop));
        var raw = new Contestant("gateway, http.request", (time, stop) => wrk.RunAsync(target, time, eventType: null, stop));
        await Contestant.CompeteAsync(settings, [proxy, custom, raw], cancellationToken);

        foreach (var (name, contestant) in (IEnumerable<(string, Contestant)>)[("sync, custom event", custom), ("sync, http.request", raw)])
        {
            var ratio = contestant.RatioTo(proxy);
            table.Add(new Figure(name, contestant.Summary(), $"YARP {proxy.Summary()}", $"{ratio:0.00}", "1.0 or more", ratio >= 1));
            var latency = contestant.P99 / proxy.P99;
            table.Add(new Figure($"{name}, p99", $"{contestant.P99:0.0} ms", $"YARP {proxy.P99:0.0} ms", $"{latency:0.00}", "1.0 or less", latency <= 1));
        }
    }
}
