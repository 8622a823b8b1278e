using System.Diagnostics;
using System.Globalization;
using EventGateway.Benchmarks.Load;
using EventGateway.Benchmarks.Processes;
using EventGateway.Benchmarks.Report;

namespace EventGateway.Benchmarks.Scenarios;

/// <summary>Many subscriptions, each with its own path and event type: the cost of creating, storing and routing them.</summary>
internal static class ScaleScenario
{
    private const int MaxConcurrency = 8;
    private const int Few = 10;

    public static async Task RunAsync(Settings settings, FigureTable table, CancellationToken cancellationToken)
    {
        Console.WriteLine($"scale: {settings.Count:n0} subscriptions");
        using var wrk = new Wrk();
        using var data = new TemporaryDirectory();
        await using var function = await NginxFunction.StartAsync(cancellationToken);
        await using var small = await GatewayProcess.StartAsync(settings.Gateway, dataDirectory: null, cancellationToken);
        await CreateTypesAsync(small, Few, cancellationToken);
        await small.Config.CreateHttpFunctionAsync("nginx", function.Uri, cancellationToken);
        await CreateSubscriptionsAsync(small, 0, Few, cancellationToken);

        long typesOnly;
        await using (var filled = await GatewayProcess.StartAsync(settings.Gateway, data.Path, cancellationToken))
        {
            await filled.Config.CreateHttpFunctionAsync("nginx", function.Uri, cancellationToken);
            await CreateTypesAsync(filled, settings.Count, cancellationToken);
        }

        // Memory is read after a restart, so that it contains the configuration but no garbage from creating it.
        await using (var filled = await GatewayProcess.StartAsync(settings.Gateway, data.Path, cancellationToken))
        {
            typesOnly = await RestingBytesAsync(filled, cancellationToken);
            await CreateAllAsync(filled, settings, table, cancellationToken);
        }

        await using var large = await GatewayProcess.StartAsync(settings.Gateway, data.Path, cancellationToken);
        var bytes = (double)(await RestingBytesAsync(large, cancellationToken) - typesOnly) / settings.Count - JsonBytes(settings.Count / 2);
        table.Add(new Figure(
            $"memory of a subscription, of {settings.Count:n0}, beyond its JSON", $"{bytes:n0} bytes of RSS", string.Empty, $"{bytes:n0}", "below 400", bytes < 400));

        var last = settings.Count - 1;
        var few = new Contestant($"{Few} subscriptions", (time, stop) => wrk.RunAsync(Target(small, Few - 1), time, TypeOf(Few - 1), stop));
        var many = new Contestant($"{settings.Count:n0} subscriptions", (time, stop) => wrk.RunAsync(Target(large, last), time, TypeOf(last), stop));
        await Contestant.CompeteAsync(settings, [few, many], cancellationToken);
        var ratio = many.RatioTo(few);
        table.Add(new Figure(
            $"sync with {settings.Count:n0} subscriptions", many.Summary(), $"with {Few} {few.Summary()}", $"{ratio:0.00}", "0.9 or more", ratio >= 0.9));
    }

    private static async Task CreateAllAsync(GatewayProcess gateway, Settings settings, FigureTable table, CancellationToken cancellationToken)
    {
        const int Batch = 1000;

        // The first few hundred requests of a process are always slow.
        await CreateSubscriptionsAsync(gateway, 0, Batch / 2, cancellationToken);
        var rates = new List<double>();
        for (var begin = Batch / 2; begin < settings.Count; begin += Batch)
        {
            var clock = Stopwatch.StartNew();
            var end = Math.Min(begin + Batch, settings.Count);
            await CreateSubscriptionsAsync(gateway, begin, end, cancellationToken);
            rates.Add((end - begin) / clock.Elapsed.TotalSeconds);
        }

        var (first, last) = (rates[0], rates.Count > 1 ? rates[^2] : rates[^1]);
        table.Add(new Figure(
            "creating subscriptions, the last thousand", $"{last:n0}/s", $"the first thousand {first:n0}/s", $"{last / first:0.00}", "0.67 or more", last / first >= 0.67));
    }

    private static Task CreateTypesAsync(GatewayProcess gateway, int count, CancellationToken cancellationToken) =>
        EachAsync(0, count, (i, stop) => gateway.Config.CreateEventTypeAsync(TypeOf(i), stop), cancellationToken);

    private static Task CreateSubscriptionsAsync(GatewayProcess gateway, int begin, int end, CancellationToken cancellationToken) =>
        EachAsync(begin, end, (i, stop) => gateway.Config.CreateSubscriptionAsync("sync", TypeOf(i), "nginx", PathOf(i), stop), cancellationToken);

    private static Task EachAsync(int begin, int end, Func<int, CancellationToken, Task> create, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(
            Enumerable.Range(begin, end - begin),
            new ParallelOptions { MaxDegreeOfParallelism = MaxConcurrency, CancellationToken = cancellationToken },
            (i, stop) => new ValueTask(create(i, stop)));

    // A process needs a moment to release the memory of its start.
    private static async Task<long> RestingBytesAsync(GatewayProcess gateway, CancellationToken cancellationToken)
    {
        await Task.Delay(TimeSpan.FromSeconds(3), cancellationToken);
        return gateway.ResidentBytes;
    }

    private static int JsonBytes(int i)
    {
        var path = PathOf(i);
        var id = (4 * ("sync," + TypeOf(i) + ',' + path.Replace("/", "%2F", StringComparison.Ordinal) + ",POST").Length + 2) / 3;
        return $$"""{"space":"default","subscriptionId":"","type":"sync","eventType":"{{TypeOf(i)}}","functionId":"nginx","path":"{{path}}","method":"POST"}""".Length + id;
    }

    private static Uri Target(GatewayProcess gateway, int i) => new($"http://127.0.0.1:{gateway.EventsPort}{PathOf(i)}");

    private static string TypeOf(int i) => "bench.scale." + i.ToString(CultureInfo.InvariantCulture);

    private static string PathOf(int i) => $"/bench/scale/{i}";
}
