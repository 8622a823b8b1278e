namespace EventGateway.Engine.Delivery.Waiting;

/// <summary>The state of a delivery that is not delivered. Each has one.</summary>
public enum WaitingState
{
    /// <summary>No attempt has ended yet.</summary>
    Waiting,

    /// <summary>An attempt failed, and another one follows.</summary>
    Retrying,

    /// <summary>No attempt is made until its subscription is enabled, or it or its function is in the configuration again.</summary>
    Paused,

    /// <summary>It failed for good: it is a dead letter.</summary>
    Dead,
}
