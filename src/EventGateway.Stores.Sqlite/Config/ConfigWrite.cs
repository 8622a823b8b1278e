using EventGateway.Abstractions.Config;

namespace EventGateway.Stores.Sqlite.Config;

/// <summary>A write on its way to the writer.</summary>
/// <param name="Key">What is written.</param>
/// <param name="Json">What to store, owned by this write. Null: delete.</param>
/// <param name="ExpectedRevision">The revision that must be there; 0: none.</param>
/// <param name="CancellationToken">Drops the write while it has not begun.</param>
internal sealed record ConfigWrite(ConfigKey Key, byte[]? Json, long ExpectedRevision, CancellationToken CancellationToken)
{
    /// <summary>A listed deletion to change instead of an entry. Null: the write is of the entry.</summary>
    public SubscriptionDeletion? Deletion { get; init; }

    /// <summary>Gets the outcome, once it is durable.</summary>
    public TaskCompletionSource<ConfigWriteResult> Completion { get; } =
        new(TaskCreationOptions.RunContinuationsAsynchronously);
}
