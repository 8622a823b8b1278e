using EventGateway.Abstractions.Resources;

namespace EventGateway.Engine.Delivery;

/// <summary>What a lane may do.</summary>
/// <param name="Concurrency">How many deliveries may be under way at once.</param>
/// <param name="Rate">How many may begin per second. Not set: any number.</param>
internal readonly record struct LaneLimits(int Concurrency, double? Rate)
{
    /// <summary>The limits of a subscription.</summary>
    public static LaneLimits Of(DeliverySettings? settings, GatewayDefaults defaults) =>
        new(Math.Min(settings?.MaxConcurrency ?? int.MaxValue, defaults.FunctionConcurrency), settings?.RateLimit);
}
