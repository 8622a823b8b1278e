namespace EventGateway.Abstractions.Functions;

/// <summary>How a call of a function ended.</summary>
public enum FunctionOutcome
{
    /// <summary>The function took the event.</summary>
    Success,

    /// <summary>It failed in a way that may pass.</summary>
    Retryable,

    /// <summary>It failed in a way that a repetition does not mend.</summary>
    Permanent,

    /// <summary>The provider refused the gateway's credentials.</summary>
    AccessDenied,

    /// <summary>The function asks for no more events: the subscription is paused. To a waiting sender it is a failed call.</summary>
    Gone,

    /// <summary>It did not answer within the timeout.</summary>
    TimedOut,

    /// <summary>It was not called: a plug-in stopped the event.</summary>
    Refused,
}
