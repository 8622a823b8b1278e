namespace EventGateway.Engine.Routing;

/// <summary>Why no subscription takes an event.</summary>
public enum UnmatchedReason
{
    /// <summary>No subscription selects its type.</summary>
    NoType,

    /// <summary>Subscriptions select its type, on other paths.</summary>
    NoPath,

    /// <summary>Subscriptions select its type on its path, with other methods.</summary>
    NoMethod,

    /// <summary>The subscriptions that select it are disabled.</summary>
    Disabled,
}
