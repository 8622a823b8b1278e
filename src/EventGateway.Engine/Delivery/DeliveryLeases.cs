using EventGateway.Abstractions.Delivery;
using EventGateway.Engine.Routing;
using Microsoft.Extensions.Logging;

namespace EventGateway.Engine.Delivery;

/// <summary>Leases deliveries to lanes, no more than there is memory for.</summary>
internal sealed class DeliveryLeases(
    DeliveryBacklog backlog, OrphanedDeliveries orphans, IRouteDirectory routes, WakeUps wakeUps, GatewayDefaults defaults, TimeProvider timeProvider, ILogger logger)
{
    // How often to look whether a disabled subscription is enabled again.
    private static readonly TimeSpan DisabledInterval = TimeSpan.FromSeconds(2);

    // How often to look whether there is memory for more deliveries.
    private static readonly TimeSpan MemoryInterval = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly IDeliveryStore _store = backlog.Store;
    private readonly CancellationToken _cutOff = backlog.Drain.CutOff;
    private long _leasedBytes;

    /// <summary>Leases deliveries of a subscription, and has its lane signalled when the next one is due. Never throws.</summary>
    /// <param name="key">The subscription.</param>
    /// <param name="into">Takes the deliveries.</param>
    /// <param name="gate">The gate of the function, which counts the memory.</param>
    /// <returns>Null when the lane must try again: the store failed and a pause was made, or the route has just come back.</returns>
    public async ValueTask<LaneLease?> LeaseAsync(SubscriptionKey key, Memory<LeasedDelivery> into, FunctionGate gate)
    {
        try
        {
            var route = routes.Find(key.Space, key.SubscriptionId, key.FunctionId);
            var limits = LaneLimits.Of(route, defaults.FunctionConcurrency);
            var isHeld = route is null && orphans.MustHold(key);
            if (!isHeld)
            {
                orphans.Adopt(key);
            }

            if (_store.IsDurable)
            {
                if (route?.Subscription.Enabled is false)
                {
                    wakeUps.Set(key, timeProvider.GetUtcNow() + DisabledInterval);
                    return new LaneLease(0, limits, false);
                }

                var room = RoomFor(gate, into.Length);
                if (room == 0)
                {
                    wakeUps.Set(key, timeProvider.GetUtcNow() + MemoryInterval);
                    return new LaneLease(0, limits, false);
                }

                into = into[..room];
            }

            if ((isHeld ? await orphans.LeaseAsync(key, into) : await _store.LeaseAsync(key, into, _cutOff)) is not { } lease)
            {
                return null;
            }

            Begin(into.Span[..lease.Count], gate);
            if (lease.NextDue is { } due)
            {
                wakeUps.Set(key, due);
            }

            return new LaneLease(lease.Count, limits, lease.Count == into.Length);
        }
        catch (OperationCanceledException) when (_cutOff.IsCancellationRequested)
        {
            return new LaneLease(0, LaneLimits.Of(null, defaults.FunctionConcurrency), false);
        }
        catch (Exception exception)
        {
            logger.LogLeaseFailed(exception, key.Space, key.SubscriptionId);
            await Task.Delay(RetryDelay, timeProvider, _cutOff).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return null;
        }
    }

    /// <summary>Gives the memory of a leased delivery back.</summary>
    public void End(LeasedDelivery delivery, FunctionGate gate)
    {
        if (_store.IsDurable)
        {
            Interlocked.Add(ref _leasedBytes, -delivery.Payload.Body.Length);
            gate.CountLeased(-delivery.Payload.Body.Length);
        }
    }

    // One function gets a quarter of the memory at most.
    private int RoomFor(FunctionGate gate, int max)
    {
        var bytes = Math.Min(defaults.LeasedBytes - Interlocked.Read(ref _leasedBytes), (defaults.LeasedBytes / 4) - gate.LeasedBytes);
        return bytes <= 0 ? 0 : (int)Math.Clamp(bytes / Math.Max(1, gate.MaxLeased), 1, max);
    }

    private void Begin(ReadOnlySpan<LeasedDelivery> deliveries, FunctionGate gate)
    {
        if (!_store.IsDurable)
        {
            return;
        }

        var (bytes, max) = (0L, 0);
        foreach (var delivery in deliveries)
        {
            bytes += delivery.Payload.Body.Length;
            max = Math.Max(max, delivery.Payload.Body.Length);
        }

        gate.MaxLeased = Math.Max(max, gate.MaxLeased / 2);
        Interlocked.Add(ref _leasedBytes, bytes);
        gate.CountLeased(bytes);
    }
}
