using EventGateway.Abstractions.Resources;

namespace EventGateway.Engine.Registry.Reading;

/// <summary>Defaults of <see cref="DeliverySettings"/> that no option of the server changes.</summary>
internal static class DeliveryDefaults
{
    public static readonly TimeSpan BackoffDelay = TimeSpan.FromSeconds(1);

    public static readonly TimeSpan MaxDelay = TimeSpan.FromMinutes(10);

    public static readonly TimeSpan MaxAge = TimeSpan.FromDays(1);
}
