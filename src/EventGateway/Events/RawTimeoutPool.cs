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

    // Disposes timeouts that it does not keep.
    private readonly ObjectPool<RawTimeouts> _pool =
        new DefaultObjectPoolProvider { MaximumRetained = MaxKept }.Create(new Policy(options.RawIdleTimeout, time));

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
    /// <param name="isAnswered">Whether the whole answer was passed on, so that only the request's body may still be read.</param>
    public void End(RawTimeouts timeouts, bool isAnswered)
    {
        if (isAnswered)
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

        public override bool Return(RawTimeouts obj) => obj.TryReset();
    }
}
