using System.Diagnostics;
using System.Globalization;
using EventGateway.Benchmarks.Processes;
using EventGateway.Benchmarks.Report;

namespace EventGateway.Benchmarks.Scenarios;

/// <summary>One event with many async subscriptions: the time until it is accepted, and until all deliveries are made.</summary>
internal static class FanOutScenario
{
    private const string Type = "bench.fanout";
    private const int Subscriptions = 10_000;

    public static async Task RunAsync(Settings settings, FigureTable table, CancellationToken cancellationToken)
    {
        Console.WriteLine($"fanout: one event with {Subscriptions:n0} async subscriptions");
        await using var function = await NginxFunction.StartAsync(cancellationToken);
        await using var gateway = await GatewayProcess.StartAsync(settings.Gateway, dataDirectory: null, cancellationToken);
        await gateway.Config.CreateEventTypeAsync(Type, cancellationToken);
        for (var i = 0; i < Subscriptions; i++)
        {
            // Two subscriptions of one function to the same events are an error, so each subscription has its own function.
            var id = "f" + i.ToString(CultureInfo.InvariantCulture);
            await gateway.Config.CreateHttpFunctionAsync(id, function.Uri, cancellationToken);
            await gateway.Config.CreateDeliveryAsync("atLeastOnce", Type, id, "/", cancellationToken);
        }

        using var client = new HttpClient();
        var accepts = new List<double>();
        var deliveries = new List<double>();
        var idle = gateway.ResidentBytes;
        for (var round = 0; round <= settings.Rounds; round++)
        {
            var before = await function.CountCallsAsync(cancellationToken);
            var clock = Stopwatch.StartNew();
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"http://127.0.0.1:{gateway.EventsPort}/")) { Content = new StringContent(new string('x', 1024)) };
            request.Headers.Add("Event", Type);
            using var response = await client.SendAsync(request, cancellationToken);
            response.EnsureSuccessStatusCode();
            var accepted = clock.Elapsed;
            while (await function.CountCallsAsync(cancellationToken) - before < Subscriptions && clock.Elapsed < TimeSpan.FromSeconds(60))
            {
                await Task.Delay(20, cancellationToken);
            }

            var all = clock.Elapsed;
            var delivered = await function.SettleAsync(cancellationToken) - before;
            Console.WriteLine($"  round {round}: accepted after {accepted.TotalMilliseconds:n0} ms, {delivered:n0} delivered after {all.TotalMilliseconds:n0} ms");
            if (round > 0)
            {
                accepts.Add(accepted.TotalMilliseconds);
                deliveries.Add(all.TotalMilliseconds);
            }
        }

        var accept = Statistics.Median(accepts);
        table.Add(new Figure($"one event with {Subscriptions:n0} subscriptions, accepted", $"{accept:n0} ms", string.Empty, $"{accept:n0}", "250 ms or less", accept <= 250));
        table.Add(new Figure("  all delivered", $"{Statistics.Median(deliveries):n0} ms", string.Empty, $"{Statistics.Median(deliveries):n0}", "all", true));
        var more = (gateway.ResidentBytes - idle) / 1e6;
        table.Add(new Figure("  additional memory", $"{more:n0} MB of RSS", string.Empty, $"{more:n0}", "flat: below 50", more < 50));
    }
}
