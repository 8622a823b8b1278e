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

    /// <summary>Why it failed, for the operator. Null when it did not.</summary>
    public string? Reason { get; init; }

    /// <summary>The attempt that led to it. Null when none was made.</summary>
    public DeliveryAttempt? Attempt { get; init; }

    /// <summary>
    /// Whether a transport may still read the payload, as after a call that was cut off. If so, the memory must not be used for
    /// another event.
    /// </summary>
    public bool PayloadStillRead { get; init; }
}
