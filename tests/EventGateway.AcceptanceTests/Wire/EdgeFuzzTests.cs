using System.Text;
using System.Text.RegularExpressions;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Wire;

/// <summary>
/// Sends malformed requests and frames to both ports. Runs for <c>FUZZ_SECONDS</c> (default: 5). <c>FUZZ_SEED</c> repeats a run.
/// </summary>
public sealed partial class EdgeFuzzTests(WireGateway wire) : IClassFixture<WireGateway>
{
    // Sends concurrently, because the gateway waits for the rest of most requests.
    private const int Concurrency = 32;
    private const int WarmupRounds = 10;

    // Parts of errors and stack traces in the log.
    private static readonly string[] ErrorSigns = [" fail: ", " crit: ", "   at ", "Unhandled exception"];

    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private static CancellationToken Test => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Malformed_input_never_makes_the_gateway_fail_or_send_malformed_requests()
    {
        var seconds = int.Parse(Environment.GetEnvironmentVariable("FUZZ_SECONDS") ?? "5");
        var seed = int.TryParse(Environment.GetEnvironmentVariable("FUZZ_SEED"), out var given) ? given : Random.Shared.Next();
        var input = new FuzzInput(new Random(seed));
        var frames = new FuzzFrames(input);
        var time = TimeProvider.System;
        var (start, count) = (time.GetTimestamp(), 0);
        var (descriptors, memory) = (0, 0L);
        var seen = new SortedDictionary<int, int>();
        for (; time.GetElapsedTime(start) < TimeSpan.FromSeconds(seconds); count++)
        {
            if (count == WarmupRounds)
            {
                // The gateway has reached its normal use of descriptors and memory.
                (descriptors, memory) = (Descriptors(), Memory());
            }

            var attacks = Enumerable.Range(0, Concurrency).Select(_ => Attack.Make(input, frames, wire.NewMark())).ToArray();
            var what = $"FUZZ_SEED={seed}, round {count}:\n{string.Join('\n', attacks.Select(static attack => attack.ToString()))}\n";

            var statuses = await Task.WhenAll(attacks.Select(SendAsync));

            foreach (var (attack, answers) in attacks.Zip(statuses))
            {
                answers.ForEach(status => seen[status] = seen.GetValueOrDefault(status) + 1);
                // 501 refuses an upgrade, 505 a version, and 508 a loop.
                answers.Where(static status => status is >= 500 and not (501 or 505 or 508)).ShouldBeEmpty($"FUZZ_SEED={seed}, round {count}: {attack}\n{wire.Gateway.Output}");
            }

            await ProbeAsync(what);
            wire.Functions.Faults.ShouldBeEmpty(what);
            wire.Mixed.ShouldBeEmpty(what);
            var output = wire.Gateway.Output;
            if (ErrorSigns.Select(sign => output.IndexOf(sign, StringComparison.Ordinal)).Where(static at => at >= 0).Order().FirstOrDefault(-1) is >= 0 and var at)
            {
                Assert.Fail($"The gateway wrote: {output[Math.Max(0, at - 1000)..Math.Min(output.Length, at + 3000)]}\n{what}");
            }

            wire.Functions.Requests.Clear();
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"FUZZ_SEED={seed}: {count * Concurrency} inputs, {Memory() / (1024 * 1024)} MiB, {Descriptors()} descriptors; answers {string.Join(", ", seen)}.");
        if (count > WarmupRounds)
        {
            await Eventually.TrueAsync(() => Descriptors() < descriptors + 50, "the descriptors are closed");
            Memory().ShouldBeLessThan(memory + (512L * 1024 * 1024));
        }
    }

    [GeneratedRegex("HTTP/1.1 (?<status>[0-9]{3}) ", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex StatusLine();

    private async Task ProbeAsync(string what)
    {
        var mark = wire.NewMark();
        var response = await wire.Gateway.Events.GetAsync($"/r/{mark}", new HttpField("Authorization", $"Bearer {mark}"));
        response.Status.ShouldBe(200, what);
        response.Text.ShouldContain(mark, customMessage: what);
    }

    private Task<List<int>> SendAsync(Attack attack) =>
        attack.Frames is { } frames ? SendHttp2Async(frames, attack.ToConfig) : SendHttp1Async(attack.Text!, attack.ToConfig);

    private async Task<List<int>> SendHttp1Async(string text, bool toConfig)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Test);
        deadline.CancelAfter(Deadline);
        await using var connection = await (toConfig ? wire.Gateway.Config : wire.Gateway.Events).ConnectAsync(deadline.Token);
        var received = new StringBuilder();
        try
        {
            await connection.WriteAsync(Encoding.Latin1.GetBytes(text), deadline.Token);
            var buffer = new byte[16 * 1024];
            while (true)
            {
                using var silence = new CancellationTokenSource(Silence);
                var read = await connection.ReadAsync(buffer, silence.Token);
                if (read == 0)
                {
                    break;
                }

                received.Append(Encoding.Latin1.GetString(buffer, 0, read));
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException && !deadline.IsCancellationRequested)
        {
            // The gateway closed the connection, or waits for more of the request.
        }

        return [.. StatusLine().Matches(received.ToString()).Select(static match => int.Parse(match.Groups["status"].Value))];
    }

    private async Task<List<int>> SendHttp2Async(List<byte[]> frames, bool toConfig)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Test);
        deadline.CancelAfter(Deadline);
        await using var connection = await wire.ConnectHttp2Async(deadline.Token, toConfig);
        try
        {
            foreach (var frame in frames)
            {
                await connection.SendAsync(frame, deadline.Token);
            }
        }
        catch (IOException)
        {
            // The gateway closed the connection.
        }

        return await connection.ReadStatusesAsync(Silence);
    }

    private int Descriptors() => Directory.EnumerateFileSystemEntries($"/proc/{wire.Gateway.Id}/fd").Count();

    private long Memory() =>
        long.Parse(File.ReadAllText($"/proc/{wire.Gateway.Id}/statm").Split(' ')[1]) * Environment.SystemPageSize;

    private sealed record Attack(bool ToConfig, string? Text, List<byte[]>? Frames)
    {
        public static Attack Make(FuzzInput input, FuzzFrames frames, string mark)
        {
            var toConfig = input.Next(4) == 0;
            return input.Next(2) == 0 ? new Attack(toConfig, input.Http1(mark), null) : new Attack(toConfig, null, frames.Make(mark));
        }

        public override string ToString()
        {
            var sent = Frames is null ? Uri.EscapeDataString(Text!) : string.Join(' ', Frames.Select(Convert.ToHexString));
            return $"{(ToConfig ? "Configuration API" : "Events API")}, {(Frames is null ? "HTTP/1.1" : "HTTP/2")}: {(sent.Length > 2000 ? sent[..2000] + "…" : sent)}";
        }
    }
}
