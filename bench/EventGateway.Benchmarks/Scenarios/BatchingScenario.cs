using System.Diagnostics;
using System.Text.Json;
using EventGateway.Aws.Batching;
using EventGateway.Aws.Calls;
using EventGateway.Aws.Kinesis;
using EventGateway.Aws.Settings;
using EventGateway.Aws.Sqs;
using EventGateway.Benchmarks.Load;
using EventGateway.Benchmarks.Processes;
using EventGateway.Benchmarks.Report;

namespace EventGateway.Benchmarks.Scenarios;

/// <summary>
/// Events of 1 KB put into SQS and Kinesis by callers that each wait for theirs: in batches as they form, beside a call for
/// each, by the same providers' senders against a local stand-in.
/// </summary>
internal static class BatchingScenario
{
    // As many deliveries as the gateway makes to one function at once.
    private const int Callers = 64;

    public static async Task RunAsync(Settings settings, FigureTable table, CancellationToken cancellationToken)
    {
        Console.WriteLine("batching: SQS and Kinesis, with and without");
        await using var stub = await PeerProcess.StartAsync("aws", functionPort: null, cancellationToken);
        using var connections = new AwsConnections(TimeProvider.System);
        var address = $"http://127.0.0.1:{stub.Port}";
        var target = AwsTarget.Read(
            JsonElement.Parse(
                $$"""{"region":"us-east-1","endpoint":"{{address}}","awsAccessKeyId":"AKID","awsSecretAccessKey":"SECRET"}"""),
            "kinesis");
        var sqs = new SqsSender(SqsSender.CreateClient(connections, target, target.Endpoint), connections, target, address + "/1/q");
        var kinesis = new RecordsSender(new AwsClient("Kinesis", "kinesis", connections), target, RecordsProtocol.Kinesis, "events");
        await CompareAsync("SQS", sqs, SqsFunctionProvider.BatchLimits, settings, table, cancellationToken);
        await CompareAsync("Kinesis", kinesis, KinesisFunctionProvider.BatchLimits, settings, table, cancellationToken);
    }

    private static async Task CompareAsync(
        string name, IBatchSender sender, BatchLimits limits, Settings settings, FigureTable table, CancellationToken cancellationToken)
    {
        var single = new Contestant(
            $"{name}, a call for each", (time, stop) => LoadAsync(new Batcher(limits with { Records = 1, Calls = Callers }, sender, TimeProvider.System), time, stop));
        var batched = new Contestant($"{name}, in batches", (time, stop) => LoadAsync(new Batcher(limits, sender, TimeProvider.System), time, stop));
        await Contestant.CompeteAsync(settings, [single, batched], cancellationToken);
        var ratio = batched.RatioTo(single);
        table.Add(new Figure($"{name} in batches", batched.Summary(), $"a call for each {single.Summary()}", $"{ratio:0.0}", "5 or more", ratio >= 5));
    }

    private static async Task<LoadResult> LoadAsync(Batcher batcher, TimeSpan duration, CancellationToken cancellationToken)
    {
        var record = new BatchRecord(new byte[1024].Select(static _ => (byte)'x').ToArray(), 1024, "key");
        var clock = Stopwatch.StartNew();
        var callers = await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(
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
        var sorted = callers.SelectMany(caller => caller.Times).Order().ToArray();
        return new LoadResult(
            sorted.Length,
            callers.Sum(caller => caller.Failed),
            0,
            took,
            TimeSpan.FromMilliseconds(sorted[sorted.Length / 2]),
            TimeSpan.FromMilliseconds(sorted[(int)(sorted.Length * 0.99)]));
    }
}
