using EventGateway.Engine.Registry.Errors;

namespace EventGateway.Engine.Registry;

/// <summary>The conditions of a request on the revision of its resource, as <c>If-Match</c> and <c>If-None-Match</c> set them.</summary>
public sealed record RevisionConditions
{
    /// <summary>No conditions.</summary>
    public static RevisionConditions None { get; } = new();

    /// <summary>The resource must be there, at one of these revisions. Null means no condition.</summary>
    public RevisionSet? Match { get; init; }

    /// <summary>The resource must not be there at one of these revisions. Null means no condition.</summary>
    public RevisionSet? NoneMatch { get; init; }

    /// <summary>Whether an update creates a resource that is not there. Default: only with <c>If-None-Match: *</c>.</summary>
    public bool AllowCreation => NoneMatch == RevisionSet.Any;

    /// <summary>Compares the conditions in the order of RFC 9110, section 13.2.2.</summary>
    /// <param name="revision">The revision of the resource. Null when it is not there.</param>
    /// <returns>The first condition that is false.</returns>
    public FailedCondition Check(long? revision)
    {
        if (Match is not null && !Match.Contains(revision))
        {
            return FailedCondition.Match;
        }

        return NoneMatch is not null && NoneMatch.Contains(revision) ? FailedCondition.NoneMatch : FailedCondition.None;
    }

    /// <summary>Returns the refusal of a request when a condition is false. Returns null when all are true.</summary>
    /// <param name="revision">The revision of the resource. Null when it is not there.</param>
    public RegistryError? Refuse(long? revision)
    {
        var failed = Check(revision);
        if (failed is FailedCondition.None)
        {
            return null;
        }

        return new RegistryError(RegistryReason.Conflict, (failed, revision) switch
        {
            (FailedCondition.Match, null) => "If-Match: the resource is not there.",
            (FailedCondition.Match, _) => $"If-Match: the resource is at revision \"{revision}\"; read it again and repeat the change with that ETag.",
            _ => $"If-None-Match: the resource is there, at revision \"{revision}\".",
        });
    }
}
