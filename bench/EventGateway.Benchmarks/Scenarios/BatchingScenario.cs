using System.Diagnostics;
using EventGateway.Abstractions.Secrets;
using EventGateway.Benchmarks.Load;
using EventGateway.Benchmarks.Processes;
using EventGateway.Benchmarks.Report;
using EventGateway.Functions.Aws.Batching;
using EventGateway.Functions.Aws.Calls;
using EventGateway.Functions.Aws.Kinesis;
using EventGateway.Functions.Aws.Settings;
using EventGateway.Functions.Aws.Sqs;

namespace EventGateway.Benchmarks.Scenarios;

/// <summary>
/// Callers put events of 1 KB into SQS and Kinesis, and each waits for its own event. Compares batches with one call for each
/// event, by the providers' own senders against a local stand-in. The stand-in first answers at once, so that only the cost of
/// calls counts. Then it answers after some milliseconds, as over a network, with more callers.
/// </summary>
internal static class BatchingScenario
{
    // The default limit of concurrent deliveries to one function.
    private const int Callers = 64;
    private const int ManyCallers = 1024;
    private const int DelayMilliseconds = 5;

    public static async Task RunAsync(Settings settings, FigureTable table, CancellationToken cancellationToken)
    {
        Console.WriteLine("batching: SQS and Kinesis, in batches and with one call for each event");
        await RunAsync(0, Callers, settings, table, cancellationToken);
        await RunAsync(DelayMilliseconds, ManyCallers, settings, table, cancellationToken);
    }

    private static async Task RunAsync(int delay, int callers, Settings settings, FigureTable table, CancellationToken cancellationToken)
    {
        await using var stub = await PeerProcess.StartAsync("aws", delay, cancellationToken);
        using var connections = new AwsConnections(TimeProvider.System);
        var address = $"http://127.0.0.1:{stub.Port}";
        var function = new CommonSettings { Region = "us-east-1", Endpoint = address, Keys = new AwsKeys("AKID", new Secret("SECRET"), null) };
        var target = AwsTarget.Create(function, "kinesis");
        var sqs = new SqsSender(SqsSender.CreateClient(connections, target, target.Endpoint), connections, target, address + "/1/q");
        var kinesis = new RecordsSender(new AwsClient("Kinesis", "kinesis", connections), target, RecordsProtocol.Kinesis, "events");
        var under = delay == 0 ? string.Empty : $", {delay} ms away";
        await CompareAsync("SQS" + under, sqs, SqsFunctionProvider.BatchLimits, callers, settings, table, cancellationToken);
        await CompareAsync("Kinesis" + under, kinesis, KinesisFunctionProvider.BatchLimits, callers, settings, table, cancellationToken);
    }

    private static async Task CompareAsync(
        string name, IBatchSender sender, BatchLimits limits, int callers, Settings settings, FigureTable table, CancellationToken cancellationToken)
    {
        var each = limits with { Records = 1, Calls = callers };
        var single = new Contestant(
            $"{name}, a call for each", (time, stop) => LoadAsync(new Batcher(each, sender, TimeProvider.System), callers, time, stop));
        var batched = new Contestant(
            $"{name}, in batches", (time, stop) => LoadAsync(new Batcher(limits, sender, TimeProvider.System), callers, time, stop));
        await Contestant.CompeteAsync(settings, [single, batched], cancellationToken);
        var ratio = batched.RatioTo(single);
        table.Add(new Figure($"{name}, in batches", batched.Summary(), $"a call for each {single.Summary()}", $"{ratio:0.0}", "5 or more", ratio >= 5));
    }

    private static async Task<LoadResult> LoadAsync(Batcher batcher, int callers, TimeSpan duration, CancellationToken cancellationToken)
    {
        var record = new BatchRecord(new byte[1024].Select(static _ => (byte)'x').ToArray(), 1024, "key");
        var clock = Stopwatch.StartNew();
        var loads = await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(
            async () =>
            {
                var times = new List<double>();
                var failed = 0;
                while (clock.Elapsed < duration)
                {
                    var begin = Stopwatch.GetTimestamp();
                    var item = await batcher.SendAsync(record, cancellationToken);
                    times.Add(Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
                    failed += item.Failure is null ? 0 : 1;
                }

                return (Times: times, Failed: failed);
            },
            cancellationToken)));
        var took = clock.Elapsed;
        var sorted = loads.SelectMany(load => load.Times).Order().ToArray();
        return new LoadResult(
            sorted.Length,
            loads.Sum(load => load.Failed),
            0,
            took,
            TimeSpan.FromMilliseconds(sorted[sorted.Length / 2]),
            TimeSpan.FromMilliseconds(sorted[(int)(sorted.Length * 0.99)]));
    }
}
