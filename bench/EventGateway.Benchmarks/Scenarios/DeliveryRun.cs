using System.Diagnostics;
using EventGateway.Benchmarks.Load;
using EventGateway.Benchmarks.Processes;

namespace EventGateway.Benchmarks.Scenarios;

/// <summary>Posts events for the given time and waits until the function has received them.</summary>
/// <param name="Load">The result of the load. Its rate counts deliveries until the last one, not accepted events.</param>
/// <param name="Accepted">The number of events that were accepted.</param>
/// <param name="Delivered">The number of calls that the function received.</param>
internal sealed record DeliveryRun(LoadResult Load, long Accepted, long Delivered)
{
    public static async Task<DeliveryRun> RunAsync(
        Wrk wrk, NginxFunction function, Uri target, string eventType, TimeSpan time, CancellationToken cancellationToken)
    {
        var before = await function.CountCallsAsync(cancellationToken);
        var clock = Stopwatch.StartNew();
        var load = await wrk.RunAsync(target, time, eventType, cancellationToken);
        var accepted = load.Requests - load.Refused;
        var limit = load.Duration + TimeSpan.FromSeconds(60);
        while (await function.CountCallsAsync(cancellationToken) - before < accepted && clock.Elapsed < limit)
        {
            await Task.Delay(20, cancellationToken);
        }

        // The gateway also delivers requests that are in flight when the load ends, which wrk does not count.
        var end = clock.Elapsed;
        var delivered = await function.SettleAsync(cancellationToken) - before;
        return new DeliveryRun(
            load with { Requests = delivered + load.Refused, Duration = end > load.Duration ? end : load.Duration }, accepted, delivered);
    }
}
