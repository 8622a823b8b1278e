using EventGateway.Abstractions.Resources;

namespace EventGateway.Engine.Registry.Reading;

/// <summary>Defaults of <see cref="DeliverySettings"/> that no option of the server changes.</summary>
internal static class DeliveryDefaults
{
    public static readonly TimeSpan BackoffDelay = TimeSpan.FromSeconds(1);

    public static readonly TimeSpan MaxDelay = TimeSpan.FromMinutes(10);

    public static readonly TimeSpan MaxAge = TimeSpan.FromDays(1);

    /// <summary>Returns the longest wait before a retry that the settings allow.</summary>
    public static TimeSpan MaxDelayOf(DeliverySettings settings) =>
        settings.MaxDelay ?? (settings.BackoffDelay is { } backoff && backoff > MaxDelay ? backoff : MaxDelay);
}
