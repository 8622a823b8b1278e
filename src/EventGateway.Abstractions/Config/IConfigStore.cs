namespace EventGateway.Abstractions.Config;

/// <summary>
/// Keeps the configuration. Writes are compare-and-set; every write gets the next revision, and the change feed yields
/// them in that order, the store's own writes included.
/// </summary>
/// <remarks>
/// Errors that the store cannot repair (disk full, connection lost) are thrown as <see cref="ConfigStoreUnavailableException"/>.
/// </remarks>
public interface IConfigStore : IAsyncDisposable
{
    /// <summary>Reads one entry.</summary>
    /// <returns>The entry, or null.</returns>
    ValueTask<ConfigEntry?> GetAsync(ConfigKey key, CancellationToken cancellationToken);

    /// <summary>Reads all entries as of one revision.</summary>
    /// <returns>The entries, and the revision after which <see cref="WatchAsync"/> continues without a gap.</returns>
    ValueTask<ConfigContents> LoadAsync(CancellationToken cancellationToken);

    /// <summary>Stores an entry under a key that is free.</summary>
    ValueTask<ConfigWriteResult> CreateAsync(ConfigKey key, ReadOnlyMemory<byte> json, CancellationToken cancellationToken);

    /// <summary>Replaces an entry that is at the expected revision.</summary>
    ValueTask<ConfigWriteResult> UpdateAsync(ConfigKey key, ReadOnlyMemory<byte> json, long expectedRevision, CancellationToken cancellationToken);

    /// <summary>
    /// Removes an entry that is at the expected revision. For a subscription, the same transaction lists a deletion in all files of
    /// the delivery store.
    /// </summary>
    ValueTask<ConfigWriteResult> DeleteAsync(ConfigKey key, long expectedRevision, CancellationToken cancellationToken);

    /// <summary>
    /// Removes entries that are at their expected revisions, all of them or none. Each deletion gets its own revision, in the order
    /// of the list, and for each subscription the same transaction lists a deletion, as in <see cref="DeleteAsync"/>.
    /// </summary>
    /// <param name="entries">The entries, each key once. There can be very many.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>Stored: the revision of the last deletion. Conflict: the revision of an entry that is at another one than expected.</returns>
    /// <remarks>
    /// A store without transactions of this size may publish one record that removes all of them at once, and expand it in its feed.
    /// </remarks>
    ValueTask<ConfigWriteResult> DeleteAllAsync(IReadOnlyList<ConfigRevision> entries, CancellationToken cancellationToken);

    /// <summary>Lists the deletions of subscriptions that the delivery store has not made in all files.</summary>
    ValueTask<IReadOnlyList<SubscriptionDeletion>> ListDeletionsAsync(CancellationToken cancellationToken);

    /// <summary>Sets the files in which a listed deletion is not made yet. A deletion without files is removed from the list.</summary>
    /// <param name="deletion">The deletion. Its space, subscription id and files are stored.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    ValueTask SaveDeletionAsync(SubscriptionDeletion deletion, CancellationToken cancellationToken);

    /// <summary>Yields every write after a revision, in order, and then waits for more until cancelled.</summary>
    /// <param name="afterRevision">The last revision that the caller has seen.</param>
    /// <param name="cancellationToken">Ends the feed.</param>
    /// <exception cref="ConfigFeedGapException">The store no longer has the writes after that revision; load again.</exception>
    IAsyncEnumerable<ConfigChange> WatchAsync(long afterRevision, CancellationToken cancellationToken);
}
