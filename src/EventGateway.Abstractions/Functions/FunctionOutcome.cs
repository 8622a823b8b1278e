namespace EventGateway.Abstractions.Functions;

/// <summary>How a call of a function ended.</summary>
public enum FunctionOutcome
{
    /// <summary>The function accepted the event.</summary>
    Success,

    /// <summary>The call failed. A retry may succeed.</summary>
    Retryable,

    /// <summary>The call failed. A retry would fail too.</summary>
    Permanent,

    /// <summary>The provider refused the gateway's credentials.</summary>
    AccessDenied,

    /// <summary>The function wants no more events, so the subscription is paused. For a sync event the call has failed.</summary>
    Gone,

    /// <summary>The function did not answer within the timeout.</summary>
    TimedOut,

    /// <summary>A plug-in stopped the event, so the function was not called.</summary>
    Refused,
}
