using EventGateway.CloudEvents;

namespace EventGateway.Abstractions.Delivery;

/// <summary>A delivery that a store has leased: one event for one subscription. Stores derive from it to keep data of their own.</summary>
public class LeasedDelivery
{
    /// <summary>The subscription. Its settings are looked up for each attempt.</summary>
    public required SubscriptionKey Subscription { get; init; }

    /// <summary>The event's id, for the operator.</summary>
    public required string EventId { get; init; }

    /// <summary>The event's type.</summary>
    public required string EventType { get; init; }

    /// <summary>The stored event. Its memory is valid until the delivery is completed.</summary>
    public required EventPayload Payload { get; init; }

    /// <summary>The format of <see cref="Payload"/>.</summary>
    public required CloudEventFormat Format { get; init; }

    /// <summary>When the event was accepted.</summary>
    public required DateTimeOffset AcceptedAt { get; init; }

    /// <summary>
    /// How far the wall clock was ahead of the steady one (<see cref="SteadyTimeProvider"/>) when the event was accepted.
    /// Negative when it was behind. Default: zero.
    /// </summary>
    public TimeSpan ClockAhead { get; init; }

    /// <summary>When the event was accepted, by the steady clock. Its age is counted from then.</summary>
    public DateTimeOffset AcceptedSteadily => AcceptedAt - ClockAhead;

    /// <summary>Whether the stored event differs from its checksum. No function may get a damaged event. Default: false.</summary>
    public bool IsDamaged { get; init; }

    /// <summary>How many attempts were made before. Default: 0.</summary>
    public int Attempts { get; init; }

    /// <summary>Whether its function is being called. Others read it at any time, for operators. Default: false.</summary>
    public bool IsBeingCalled { get; set; }

    /// <summary>Whether its subscription was deleted after it was leased. A dropped delivery is neither delivered nor retried.</summary>
    public virtual bool IsDropped => false;
}
