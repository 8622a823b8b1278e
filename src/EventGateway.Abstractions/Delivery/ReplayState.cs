namespace EventGateway.Abstractions.Delivery;

/// <summary>How a replay stands.</summary>
public enum ReplayState
{
    /// <summary>It goes on.</summary>
    Running,

    /// <summary>It waits to be resumed.</summary>
    Paused,

    /// <summary>All events of its range were handed over.</summary>
    Done,

    /// <summary>It was ended before that.</summary>
    Cancelled,

    /// <summary>It could not go on.</summary>
    Failed,
}
