using EventGateway.CloudEvents;

namespace EventGateway.Abstractions.Delivery;

/// <summary>One event on its way to one subscription. A store derives from it to keep what it needs beside.</summary>
public class LeasedDelivery
{
    /// <summary>The subscription; its settings are looked up when the delivery is made.</summary>
    public required SubscriptionKey Subscription { get; init; }

    /// <summary>The event's id, for the operator.</summary>
    public required string EventId { get; init; }

    /// <summary>The event's type.</summary>
    public required string EventType { get; init; }

    /// <summary>The event as it is stored; its memory is valid until the delivery is completed.</summary>
    public required EventPayload Payload { get; init; }

    /// <summary>The format of <see cref="Payload"/>.</summary>
    public required CloudEventFormat Format { get; init; }

    /// <summary>When the event was accepted.</summary>
    public required DateTimeOffset AcceptedAt { get; init; }

    /// <summary>
    /// How far the wall clock was ahead of the steady one (<see cref="SteadyTimeProvider"/>) when the event was accepted.
    /// Negative: it was behind. Default: zero.
    /// </summary>
    public TimeSpan ClockAhead { get; init; }

    /// <summary>When the event was accepted, by the steady clock: what its age is counted from.</summary>
    public DateTimeOffset AcceptedSteadily => AcceptedAt - ClockAhead;

    /// <summary>The stored event is not what was accepted, as its checksum shows: no function may get it. Default: false.</summary>
    public bool IsDamaged { get; init; }

    /// <summary>How many attempts were made before. Default: none.</summary>
    public int Attempts { get; init; }

    /// <summary>Whether its subscription was deleted after it was leased: it is not delivered any more, nor retried.</summary>
    public virtual bool IsDropped => false;
}
