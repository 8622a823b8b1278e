namespace EventGateway.Engine.Delivery;

/// <summary>The state of a circuit breaker.</summary>
public enum CircuitState
{
    /// <summary>The function is called.</summary>
    Closed,

    /// <summary>The function failed too often in a row, and is not called for a while.</summary>
    Open,

    /// <summary>One call finds out whether the function works again.</summary>
    HalfOpen,
}
