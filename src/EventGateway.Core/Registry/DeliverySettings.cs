using EventGateway.Core.CloudEvents;

namespace EventGateway.Core.Registry;

/// <summary>How a subscription's events are delivered.</summary>
public sealed record DeliverySettings
{
    /// <summary>How long one call of the function may take. Not set: 30 s.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>How events are written. Not set: 1.0 structured, or 0.1 under <c>--compat 0.9</c>.</summary>
    public CloudEventFormat? CloudEvents { get; init; }
}
