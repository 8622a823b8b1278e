using EventGateway.Benchmarks.Load;
using EventGateway.Benchmarks.Report;

namespace EventGateway.Benchmarks.Scenarios;

/// <summary>A server under load, with its result of each round.</summary>
internal sealed class Contestant(string name, Func<TimeSpan, CancellationToken, Task<LoadResult>> run)
{
    private readonly List<LoadResult> _rounds = [];

    /// <summary>The median of the successful requests per second.</summary>
    public double Rate => Statistics.Median(_rounds.Select(r => r.Rate));

    /// <summary>The median of the 99th percentiles, in milliseconds.</summary>
    public double P99 => Statistics.Median(_rounds.Select(r => r.P99.TotalMilliseconds));

    /// <summary>The number of requests that were refused or got no answer, in all rounds.</summary>
    public long Errors => _rounds.Sum(r => r.Refused + r.Failed);

    /// <summary>Runs the contestants in turn, in the same order in each round, after a warm-up that is not measured.</summary>
    public static async Task CompeteAsync(Settings settings, IReadOnlyList<Contestant> contestants, CancellationToken cancellationToken)
    {
        foreach (var contestant in contestants)
        {
            await contestant.RunAsync(settings.Warmup, cancellationToken);
            contestant._rounds.Clear();
        }

        for (var round = 1; round <= settings.Rounds; round++)
        {
            foreach (var contestant in contestants)
            {
                await contestant.RunAsync(settings.Round, cancellationToken);
                Console.WriteLine($"  round {round} {contestant.Describe()}");
            }
        }
    }

    /// <summary>Divides this rate by another contestant's rate in each round, and returns the median.</summary>
    public double RatioTo(Contestant other) =>
        Statistics.Median(_rounds.Zip(other._rounds, static (mine, theirs) => mine.Rate / theirs.Rate));

    /// <summary>Returns rate, latency and errors as text.</summary>
    public string Summary() => $"{Rate:n0}/s, p99 {P99:0.0} ms{(Errors == 0 ? string.Empty : $", {Errors:n0} errors")}";

    private async Task RunAsync(TimeSpan duration, CancellationToken cancellationToken) => _rounds.Add(await run(duration, cancellationToken));

    private string Describe() =>
        $"{name}: {_rounds[^1].Rate:n0}/s, p99 {_rounds[^1].P99.TotalMilliseconds:0.0} ms, {_rounds[^1].Refused + _rounds[^1].Failed} errors";
}
