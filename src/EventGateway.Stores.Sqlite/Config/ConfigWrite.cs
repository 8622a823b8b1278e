using EventGateway.Abstractions.Config;

namespace EventGateway.Stores.Sqlite.Config;

/// <summary>A write on its way to the writer.</summary>
/// <param name="Key">The entry.</param>
/// <param name="Json">The JSON to store. The write owns it. Null deletes the entry.</param>
/// <param name="ExpectedRevision">The revision that the entry must have. 0 means that it must not exist.</param>
/// <param name="CancellationToken">Cancels the write before it begins.</param>
internal sealed record ConfigWrite(ConfigKey Key, byte[]? Json, long ExpectedRevision, CancellationToken CancellationToken)
{
    /// <summary>A listed deletion to change instead of an entry. Null means that the entry is written.</summary>
    public SubscriptionDeletion? Deletion { get; init; }

    /// <summary>Gets the outcome, once it is durable.</summary>
    public TaskCompletionSource<ConfigWriteResult> Completion { get; } =
        new(TaskCreationOptions.RunContinuationsAsynchronously);
}
