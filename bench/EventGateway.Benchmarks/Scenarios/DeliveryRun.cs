using System.Diagnostics;
using EventGateway.Benchmarks.Load;
using EventGateway.Benchmarks.Processes;

namespace EventGateway.Benchmarks.Scenarios;

/// <summary>Posts events for a while and waits until they have reached the function.</summary>
/// <param name="Load">The load; its rate is that of deliveries until the last one, not of acceptances.</param>
/// <param name="Accepted">Events that were accepted.</param>
/// <param name="Delivered">Calls that the function got.</param>
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

        // Requests under way when the load ends are delivered too, though nobody waits for their answer.
        var end = clock.Elapsed;
        var delivered = await function.SettleAsync(cancellationToken) - before;
        return new DeliveryRun(
            load with { Requests = delivered + load.Refused, Duration = end > load.Duration ? end : load.Duration }, accepted, delivered);
    }
}
