using EventGateway.Benchmarks.Load;
using EventGateway.Benchmarks.Processes;
using EventGateway.Benchmarks.Report;

namespace EventGateway.Benchmarks.Scenarios;

/// <summary>Signed requests compared with unsigned requests, through one gateway to one function.</summary>
internal static class SigningScenario
{
    public static async Task RunAsync(Settings settings, FigureTable table, CancellationToken cancellationToken)
    {
        Console.WriteLine("signing: signed requests (HMAC-SHA256) and unsigned requests");
        using var wrk = new Wrk();
        await using var function = await NginxFunction.StartAsync(cancellationToken);
        await using var gateway = await GatewayProcess.StartAsync(settings.Gateway, dataDirectory: null, cancellationToken);
        await gateway.Config.CreateEventTypeAsync("bench.signing", cancellationToken);
        await gateway.Config.CreateHttpFunctionAsync("plain", function.Uri, cancellationToken);
        await gateway.Config.CreateSignedFunctionAsync("signed", function.Uri, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", cancellationToken);
        await gateway.Config.CreateSubscriptionAsync("sync", "bench.signing", "plain", "/plain", cancellationToken);
        await gateway.Config.CreateSubscriptionAsync("sync", "bench.signing", "signed", "/signed", cancellationToken);

        var plain = Contestant("plain");
        var signed = Contestant("signed");
        await Scenarios.Contestant.CompeteAsync(settings, [plain, signed], cancellationToken);

        var ratio = signed.RatioTo(plain);
        table.Add(new Figure("sync, signed", signed.Summary(), $"not signed {plain.Summary()}", $"{ratio:0.00}", "0.9 or more", ratio >= 0.9));

        Contestant Contestant(string path) =>
            new(path, (time, stop) => wrk.RunAsync(new Uri($"http://127.0.0.1:{gateway.EventsPort}/{path}"), time, "bench.signing", stop));
    }
}
