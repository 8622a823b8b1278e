using EventGateway.Benchmarks.Load;
using EventGateway.Benchmarks.Report;

namespace EventGateway.Benchmarks.Scenarios;

/// <summary>Something that takes load, and what it did with it, round by round.</summary>
internal sealed class Contestant(string name, Func<TimeSpan, CancellationToken, Task<LoadResult>> run)
{
    private readonly List<LoadResult> _rounds = [];

    /// <summary>The median of successful requests per second.</summary>
    public double Rate => Statistics.Median(_rounds.Select(r => r.Rate));

    /// <summary>The median of the 99th percentiles, in milliseconds.</summary>
    public double P99 => Statistics.Median(_rounds.Select(r => r.P99.TotalMilliseconds));

    /// <summary>Requests that were refused or got no answer, in all rounds.</summary>
    public long Errors => _rounds.Sum(r => r.Refused + r.Failed);

    /// <summary>Runs contestants in turn, each round in the same order, after a warm-up that does not count.</summary>
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

    /// <summary>The median, over rounds, of this one's rate divided by another's of the same round.</summary>
    public double RatioTo(Contestant other) =>
        Statistics.Median(_rounds.Zip(other._rounds, static (mine, theirs) => mine.Rate / theirs.Rate));

    /// <summary>Rate and latency in words.</summary>
    public string Summary() => $"{Rate:n0}/s, p99 {P99:0.0} ms{(Errors == 0 ? string.Empty : $", {Errors:n0} errors")}";

    private async Task RunAsync(TimeSpan duration, CancellationToken cancellationToken) => _rounds.Add(await run(duration, cancellationToken));

    private string Describe() =>
        $"{name}: {_rounds[^1].Rate:n0}/s, p99 {_rounds[^1].P99.TotalMilliseconds:0.0} ms, {_rounds[^1].Refused + _rounds[^1].Failed} errors";
}
