namespace EventGateway.Engine.Registry;

/// <summary>A set of revisions.</summary>
public sealed class RevisionSet
{
    private readonly long[]? _revisions;

    private RevisionSet(long[]? revisions) => _revisions = revisions;

    /// <summary>All revisions.</summary>
    public static RevisionSet Any { get; } = new(null);

    /// <summary>Only these revisions. Without any, the set is empty.</summary>
    public static RevisionSet Of(params long[] revisions) => new(revisions);

    /// <summary>Returns whether a revision is in the set.</summary>
    /// <param name="revision">The revision of a resource. Null when it is not there, which is in no set.</param>
    public bool Contains(long? revision) => revision is { } value && (_revisions is null || Array.IndexOf(_revisions, value) >= 0);
}
