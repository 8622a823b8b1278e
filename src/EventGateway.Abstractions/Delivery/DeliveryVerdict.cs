namespace EventGateway.Abstractions.Delivery;

/// <summary>What becomes of a delivery, and why.</summary>
/// <param name="Fate">What becomes of it.</param>
public readonly record struct DeliveryVerdict(DeliveryFate Fate)
{
    /// <summary>
    /// When it is due again, by the steady clock (<see cref="SteadyTimeProvider"/>). Null when <see cref="Fate"/> is neither
    /// <see cref="DeliveryFate.Retried"/> nor <see cref="DeliveryFate.Held"/>.
    /// </summary>
    public DateTimeOffset? RetryAt { get; init; }

    /// <summary>Why it failed for good, for the operator. Not set: it did not.</summary>
    public string? Reason { get; init; }

    /// <summary>The attempt that led to it. Not set: none was made.</summary>
    public DeliveryAttempt? Attempt { get; init; }

    /// <summary>
    /// Whether something may still read the payload: after a call that was cut off a transport may, and the memory must not
    /// serve another event.
    /// </summary>
    public bool PayloadStillRead { get; init; }
}
