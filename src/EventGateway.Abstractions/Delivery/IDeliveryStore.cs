namespace EventGateway.Abstractions.Delivery;

/// <summary>
/// Keeps accepted deliveries until they are made: an event once, and one small entry per delivery. Safe for concurrent
/// use; a store that pays per transaction puts concurrent appends, and concurrent completions, into one.
/// </summary>
public interface IDeliveryStore
{
    /// <summary>Whether deliveries outlive the process.</summary>
    bool IsDurable { get; }

    /// <summary>How many deliveries wait or are leased; dead letters are not among them.</summary>
    long Count { get; }

    /// <summary>Reads what waits, by space, for somebody who watches: it may read the disk, and costs those who deliver nothing.</summary>
    /// <returns>Each space once; one that is not among them has no deliveries.</returns>
    IReadOnlyCollection<SpaceBacklog> ReadBacklog();

    /// <summary>Lists the subscriptions that have deliveries in the store: what a restart has to go on with.</summary>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>Each subscription once, in any order. Cheap whatever the number of deliveries.</returns>
    ValueTask<IReadOnlyCollection<SubscriptionKey>> ListWaitingAsync(CancellationToken cancellationToken);

    /// <summary>Takes on all deliveries of all events, or none.</summary>
    /// <param name="events">The events, each with one route at least.</param>
    /// <param name="cancellationToken">Cancelled when nobody waits for the answer any more.</param>
    /// <returns>Accepted as soon as the deliveries are stored as durably as the store promises, or why not.</returns>
    ValueTask<AcceptResult> AppendAsync(IReadOnlyList<EventDeliveries> events, CancellationToken cancellationToken);

    /// <summary>
    /// Hands out deliveries of a subscription that are due, those due first before others. They stay leased until they are
    /// completed, or until the process ends. One caller at a time for each subscription.
    /// </summary>
    /// <param name="subscription">The subscription.</param>
    /// <param name="into">Takes the deliveries.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>How many were handed out, fewer than there is room for where no more are due, and when the next one will be.</returns>
    ValueTask<Lease> LeaseAsync(SubscriptionKey subscription, Memory<LeasedDelivery> into, CancellationToken cancellationToken);

    /// <summary>
    /// Hands out deliveries of a subscription as <see cref="LeaseAsync"/> does, but only those that were due at a time or
    /// before. One caller at a time for each subscription, of both methods.
    /// </summary>
    /// <param name="subscription">The subscription.</param>
    /// <param name="into">Takes the deliveries.</param>
    /// <param name="dueBy">The time, in the past.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>How many were handed out, and when the next one is or was due; null when none waits or there may be more to hand out.</returns>
    ValueTask<Lease> LeaseOverdueAsync(
        SubscriptionKey subscription, Memory<LeasedDelivery> into, DateTimeOffset dueBy, CancellationToken cancellationToken);

    /// <summary>Counts the deliveries of a subscription that wait.</summary>
    /// <param name="subscription">The subscription.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>How many; those that are leased may be among them. It may read the disk.</returns>
    ValueTask<long> CountAsync(SubscriptionKey subscription, CancellationToken cancellationToken);

    /// <summary>
    /// Drops all deliveries of subscriptions that were deleted. What is appended afterwards is not affected. A delivery that is
    /// leased ends with its attempt: it is not retried.
    /// </summary>
    /// <param name="subscriptions">The subscriptions.</param>
    /// <param name="files">The numbers of the files whose deliveries are dropped. Null means all.</param>
    /// <param name="cancellationToken">
    /// Ends the wait. The drop may go on, but no longer than a later one: the subscriptions must not get new deliveries before
    /// a drop has returned.
    /// </param>
    /// <returns>
    /// What was dropped, and which files have to be mended first. Returns once it is certain that none of the dropped deliveries
    /// is handed out again, also after a restart if the store is durable.
    /// </returns>
    /// <exception cref="IOException">The store cannot be written now.</exception>
    ValueTask<DropResult> DropAsync(
        IReadOnlyCollection<SubscriptionKey> subscriptions, IReadOnlyCollection<long>? files, CancellationToken cancellationToken);

    /// <summary>Says what becomes of a leased delivery.</summary>
    /// <param name="delivery">The delivery, as it was leased; not to be used after this.</param>
    /// <param name="verdict">What becomes of it.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>
    /// Done once the verdict is taken on. It may reach the disk later: a crash before that makes the delivery be made again.
    /// </returns>
    ValueTask CompleteAsync(LeasedDelivery delivery, DeliveryVerdict verdict, CancellationToken cancellationToken);
}
