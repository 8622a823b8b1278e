namespace EventGateway.Engine.Registry;

/// <summary>A condition that does not hold.</summary>
public enum FailedCondition
{
    /// <summary>All conditions hold.</summary>
    None,

    /// <summary><see cref="RevisionConditions.Match"/>.</summary>
    Match,

    /// <summary><see cref="RevisionConditions.NoneMatch"/>.</summary>
    NoneMatch,
}
