namespace EventGateway.Abstractions.Delivery;

/// <summary>The state of a replay.</summary>
public enum ReplayState
{
    /// <summary>It runs, or waits for its turn.</summary>
    Running,

    /// <summary>It waits to be resumed.</summary>
    Paused,

    /// <summary>All events of its range were stored for delivery.</summary>
    Done,

    /// <summary>A client ended it.</summary>
    Cancelled,

    /// <summary>It could not continue.</summary>
    Failed,
}
