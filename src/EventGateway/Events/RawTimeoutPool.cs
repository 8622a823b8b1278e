using EventGateway.Engine;
using EventGateway.Http;
using EventGateway.Options;
using EventGateway.Serving;
using Microsoft.Extensions.ObjectPool;

namespace EventGateway.Events;

/// <summary>Decides the timeouts of raw calls, and keeps some for the next calls.</summary>
internal sealed class RawTimeoutPool(GatewayDefaults defaults, GatewayOptions options, Draining draining, TimeProvider time)
{
    private const int MaxKept = 256;

    private readonly BodyLimits _default = new(defaults.FunctionTimeout, "--function-timeout", options.MinRequestRate);
    private readonly DefaultObjectPool<RawTimeouts> _pool = new(new Policy(options.RawIdleTimeout, time), MaxKept);

    /// <summary>Begins the timeouts of a call.</summary>
    public RawTimeouts Begin(Route route)
    {
        var timeouts = _pool.Get();
        timeouts.Begin(
            route.Subscription.Delivery?.Timeout is { } timeout ? new BodyLimits(timeout, "delivery.timeout", options.MinRequestRate) : _default,
            draining.CutOff);
        return timeouts;
    }

    /// <summary>Ends the timeouts of a call.</summary>
    /// <param name="isComplete">Whether nothing uses them any more. After a failed call, the transport may still be reading the request.</param>
    public void End(RawTimeouts timeouts, bool isComplete)
    {
        if (isComplete && timeouts.TryReset())
        {
            _pool.Return(timeouts);
        }
        else
        {
            timeouts.Dispose();
        }
    }

    private sealed class Policy(TimeSpan? idle, TimeProvider time) : PooledObjectPolicy<RawTimeouts>
    {
        public override RawTimeouts Create() => new(idle, time);

        public override bool Return(RawTimeouts obj) => true;
    }
}
