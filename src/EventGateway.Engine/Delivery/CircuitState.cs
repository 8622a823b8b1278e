namespace EventGateway.Engine.Delivery;

/// <summary>Whether a function is called.</summary>
public enum CircuitState
{
    /// <summary>It is.</summary>
    Closed,

    /// <summary>It failed too often in a row and is left alone for a while.</summary>
    Open,

    /// <summary>One call finds out whether it is back.</summary>
    HalfOpen,
}
