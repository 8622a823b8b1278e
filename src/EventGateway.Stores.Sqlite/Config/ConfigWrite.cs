using EventGateway.Abstractions.Config;

namespace EventGateway.Stores.Sqlite.Config;

/// <summary>A write on its way to the writer: of one entry, or deletions of several that are made together or not at all.</summary>
/// <param name="Entries">The entries, with the revisions that they must have. 0 means that an entry must not exist.</param>
/// <param name="CancellationToken">Cancels the write before it begins.</param>
internal sealed record ConfigWrite(IReadOnlyList<ConfigRevision> Entries, CancellationToken CancellationToken)
{
    /// <summary>Creates a write of one entry.</summary>
    /// <param name="key">The entry.</param>
    /// <param name="json">The JSON to store. The write owns it. Null deletes the entry.</param>
    /// <param name="expectedRevision">The revision that the entry must have. 0 means that it must not exist.</param>
    /// <param name="cancellationToken">Cancels the write before it begins.</param>
    public ConfigWrite(ConfigKey key, byte[]? json, long expectedRevision, CancellationToken cancellationToken)
        : this([new ConfigRevision(key, expectedRevision)], cancellationToken) => Json = json;

    /// <summary>The JSON to store. Null deletes the entries.</summary>
    public byte[]? Json { get; }

    /// <summary>A listed deletion to change instead of an entry. Null means that the entries are written.</summary>
    public SubscriptionDeletion? Deletion { get; init; }

    /// <summary>Gets the outcome, once it is durable.</summary>
    public TaskCompletionSource<ConfigWriteResult> Completion { get; } =
        new(TaskCreationOptions.RunContinuationsAsynchronously);
}
