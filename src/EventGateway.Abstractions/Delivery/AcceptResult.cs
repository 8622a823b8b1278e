namespace EventGateway.Abstractions.Delivery;

/// <summary>Whether deliveries were taken on.</summary>
public enum AcceptStatus
{
    /// <summary>All of them, as durably as the store promises.</summary>
    Accepted,

    /// <summary>None of them: there is no room now.</summary>
    Full,

    /// <summary>None of them: the gateway is shutting down.</summary>
    Draining,
}

/// <summary>The answer to an attempt to have events delivered; all or nothing.</summary>
/// <param name="Status">Whether the deliveries were taken on.</param>
/// <param name="RetryAfter">When another attempt makes sense. Not set: they were accepted.</param>
public readonly record struct AcceptResult(AcceptStatus Status, TimeSpan? RetryAfter = null)
{
    /// <summary>The deliveries were taken on.</summary>
    public static AcceptResult Accepted => default;

    /// <summary>There is no room now; waiting deliveries are on their way, so there soon will be.</summary>
    public static AcceptResult Full => new(AcceptStatus.Full, TimeSpan.FromSeconds(1));

    /// <summary>The gateway is shutting down; another instance, or this one after its restart, will take them.</summary>
    public static AcceptResult Draining => new(AcceptStatus.Draining, TimeSpan.FromSeconds(5));

    /// <summary>Whether the deliveries were taken on.</summary>
    public bool IsAccepted => Status == AcceptStatus.Accepted;
}
