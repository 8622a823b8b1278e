using EventGateway.Abstractions.Resources;

namespace EventGateway.Engine.Delivery;

/// <summary>Bounds the deliveries of a lane.</summary>
/// <param name="Concurrency">How many deliveries may be under way at once.</param>
/// <param name="Rate">How many may begin per second. Null means no limit.</param>
internal readonly record struct LaneLimits(int Concurrency, double? Rate)
{
    /// <summary>Returns the limits of a subscription.</summary>
    /// <param name="route">The subscription with its function. Null when it is not in the configuration.</param>
    /// <param name="functionConcurrency">How many deliveries to one function may be under way at once.</param>
    public static LaneLimits Of(Route? route, int functionConcurrency)
    {
        var settings = route?.Subscription.Delivery;
        return new LaneLimits(Math.Min(settings?.MaxConcurrency ?? int.MaxValue, functionConcurrency), settings?.RateLimit);
    }
}
