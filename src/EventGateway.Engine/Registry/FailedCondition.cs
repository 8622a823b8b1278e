namespace EventGateway.Engine.Registry;

/// <summary>The first condition of a request that is false, if any.</summary>
public enum FailedCondition
{
    /// <summary>All conditions are true.</summary>
    None,

    /// <summary><c>If-Match</c> is false.</summary>
    Match,

    /// <summary><c>If-None-Match</c> is false.</summary>
    NoneMatch,
}
