namespace EventGateway.Abstractions.Delivery;

/// <summary>Whether deliveries were accepted.</summary>
public enum AcceptStatus
{
    /// <summary>All were accepted, as durably as the store promises.</summary>
    Accepted,

    /// <summary>None was accepted, because there is no room now.</summary>
    Full,

    /// <summary>None was accepted, because the gateway is shutting down.</summary>
    Draining,
}

/// <summary>The result of accepting events for delivery, all of them or none.</summary>
/// <param name="Status">Whether the deliveries were accepted.</param>
/// <param name="RetryAfter">How long to wait before another attempt. Null when the deliveries were accepted.</param>
public readonly record struct AcceptResult(AcceptStatus Status, TimeSpan? RetryAfter = null)
{
    /// <summary>The deliveries were accepted.</summary>
    public static AcceptResult Accepted => default;

    /// <summary>There is no room now. There will be as soon as waiting deliveries are made.</summary>
    public static AcceptResult Full => new(AcceptStatus.Full, TimeSpan.FromSeconds(1));

    /// <summary>The gateway is shutting down. Another instance, or this one after its restart, accepts deliveries.</summary>
    public static AcceptResult Draining => new(AcceptStatus.Draining, TimeSpan.FromSeconds(5));

    /// <summary>
    /// The indexes of the events that were accepted before, in ascending order: their keys are in their windows, so they were not stored
    /// again. Null means none.
    /// </summary>
    public int[]? Duplicates { get; init; }

    /// <summary>The number of keys that this store forgot before their windows ended, because it can keep no more. Default: 0.</summary>
    public int ForgottenKeys { get; init; }

    /// <summary>Whether the deliveries were accepted.</summary>
    public bool IsAccepted => Status == AcceptStatus.Accepted;

    /// <summary>Returns whether an event was accepted before.</summary>
    /// <param name="index">The index of the event.</param>
    public bool IsDuplicate(int index) => Duplicates is not null && Array.BinarySearch(Duplicates, index) >= 0;
}
