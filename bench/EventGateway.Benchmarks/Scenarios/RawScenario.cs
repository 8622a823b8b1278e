using EventGateway.Benchmarks.Load;
using EventGateway.Benchmarks.Processes;
using EventGateway.Benchmarks.Report;

namespace EventGateway.Benchmarks.Scenarios;

/// <summary>The gateway as a reverse proxy, compared with YARP in front of the same server. Also the memory that a large body takes.</summary>
internal static class RawScenario
{
    private const int LargeBytes = 100 * 1024 * 1024;

    public static async Task RunAsync(Settings settings, FigureTable table, CancellationToken cancellationToken)
    {
        Console.WriteLine("raw: unchanged requests and answers, through the gateway and through YARP");
        using var wrk = new Wrk();
        await using var function = await NginxFunction.StartAsync(cancellationToken);
        await using var yarp = await PeerProcess.StartAsync("yarp", function.Port, cancellationToken);
        await using var gateway = await GatewayProcess.StartAsync(settings.Gateway, dataDirectory: null, cancellationToken);
        await gateway.Config.CreateHttpFunctionAsync("nginx", new Uri($"http://127.0.0.1:{function.Port}/"), cancellationToken);
        foreach (var (method, path) in (IEnumerable<(string, string)>)[("POST", "/bench"), ("POST", "/upload"), ("GET", "/large")])
        {
            await gateway.Config.CreateRawSubscriptionAsync("nginx", method, path, cancellationToken);
        }

        var proxy = new Contestant("YARP", (time, stop) => wrk.RunAsync(new Uri($"http://127.0.0.1:{yarp.Port}/bench"), time, eventType: null, stop));
        var raw = new Contestant("gateway, raw", (time, stop) => wrk.RunAsync(new Uri($"http://127.0.0.1:{gateway.EventsPort}/bench"), time, eventType: null, stop));
        await Contestant.CompeteAsync(settings, [proxy, raw], cancellationToken);
        var ratio = raw.RatioTo(proxy);
        table.Add(new Figure("raw both ways", raw.Summary(), $"YARP {proxy.Summary()}", $"{ratio:0.00}", "0.9 or more", ratio >= 0.9));
        var latency = raw.P99 / proxy.P99;
        table.Add(new Figure("  p99", $"{raw.P99:0.0} ms", $"YARP {proxy.P99:0.0} ms", $"{latency:0.00}", "1.25 or less", latency <= 1.25));
        await MeasureLargeAsync(gateway, function, table, cancellationToken);
    }

    private static async Task MeasureLargeAsync(GatewayProcess gateway, NginxFunction function, FigureTable table, CancellationToken cancellationToken)
    {
        await function.OfferLargeAsync(LargeBytes, cancellationToken);
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{gateway.EventsPort}") };
        var before = gateway.ResidentBytes;
        var max = before;
        await using var watch = new Timer(_ => max = Math.Max(max, gateway.ResidentBytes), null, TimeSpan.Zero, TimeSpan.FromMilliseconds(20));
        for (var round = 0; round < 3; round++)
        {
            using var download = await client.GetAsync(new Uri("/large", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            download.EnsureSuccessStatusCode();
            await using var stream = await download.Content.ReadAsStreamAsync(cancellationToken);
            await stream.CopyToAsync(Stream.Null, cancellationToken);
            await using var file = File.OpenRead(function.LargeFile);
            using var content = new StreamContent(file);
            using var upload = await client.PostAsync(new Uri("/upload", UriKind.Relative), content, cancellationToken);
            upload.EnsureSuccessStatusCode();
        }

        var more = (max - before) / 1e6;
        table.Add(new Figure("additional memory while 100 MB go each way", $"{more:n0} MB of RSS", string.Empty, $"{more:n0}", "below 20", more < 20));
    }
}
