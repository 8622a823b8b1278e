using EventGateway.Abstractions.Resources;

namespace EventGateway.Engine.Registry.Reading;

/// <summary>What holds where <see cref="DeliverySettings"/> do not say, and no option of the server does.</summary>
internal static class DeliveryDefaults
{
    public static readonly TimeSpan BackoffDelay = TimeSpan.FromSeconds(1);

    public static readonly TimeSpan MaxDelay = TimeSpan.FromMinutes(10);

    public static readonly TimeSpan MaxAge = TimeSpan.FromDays(1);
}
