namespace EventGateway.Abstractions.Delivery;

/// <summary>How far the failures of a subscription have come on the way to its disabling. A stored value never changes its meaning.</summary>
public enum FailureStage
{
    /// <summary>They have just begun, and are not stored yet.</summary>
    Begun,

    /// <summary>They have lasted for long enough to be stored.</summary>
    Kept,

    /// <summary>A quarter of the time.</summary>
    Quarter,

    /// <summary>Half of the time: the first warning.</summary>
    Half,

    /// <summary>Three quarters of the time: the second warning.</summary>
    ThreeQuarters,

    /// <summary>All of the time: the subscription is being disabled. Not stored, so that this is tried again after a restart.</summary>
    Over,
}
