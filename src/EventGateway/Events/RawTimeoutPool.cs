using EventGateway.Engine;
using EventGateway.Http;
using EventGateway.Options;
using EventGateway.Serving;

namespace EventGateway.Events;

/// <summary>Decides the timeouts of raw calls.</summary>
internal sealed class RawTimeoutFactory(GatewayDefaults defaults, GatewayOptions options, Draining draining, TimeProvider time)
{
    private readonly BodyLimits _default = new(defaults.FunctionTimeout, "--function-timeout", options.MinRequestRate);

    /// <summary>Begins the timeouts of a call.</summary>
    public RawTimeouts Begin(Route route) => new(
        route.Subscription.Delivery?.Timeout is { } timeout ? new BodyLimits(timeout, "delivery.timeout", options.MinRequestRate) : _default,
        options.RawIdleTimeout,
        time,
        draining.CutOff);
}
