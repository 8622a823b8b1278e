namespace EventGateway.Engine.Registry;

/// <summary>The revisions of a resource that a caller accepts to replace or delete.</summary>
public sealed class RevisionCondition
{
    private readonly long[]? _accepted;

    private RevisionCondition(long[]? accepted) => _accepted = accepted;

    /// <summary>Any revision, as long as the resource is there.</summary>
    public static RevisionCondition Any { get; } = new(null);

    /// <summary>Only these revisions; none at all if empty.</summary>
    public static RevisionCondition OneOf(params long[] revisions) => new(revisions);

    /// <summary>Whether a resource at this revision may be replaced or deleted.</summary>
    public bool Accepts(long revision) => _accepted is null || Array.IndexOf(_accepted, revision) >= 0;
}
