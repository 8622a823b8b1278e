namespace EventGateway.Abstractions.Delivery;

/// <summary>
/// Keeps accepted deliveries until they are made: each event once, and one small entry per delivery. Safe for concurrent use. A
/// store with transactions puts concurrent appends into one, and concurrent completions too.
/// </summary>
public interface IDeliveryStore
{
    /// <summary>Whether deliveries survive the process.</summary>
    bool IsDurable { get; }

    /// <summary>How many deliveries wait or are leased, without dead letters.</summary>
    long Count { get; }

    /// <summary>Reads the waiting deliveries by space, for metrics. May read the disk, but must not delay deliveries.</summary>
    /// <returns>Each space with deliveries, once.</returns>
    IReadOnlyCollection<SpaceBacklog> ReadBacklog();

    /// <summary>Lists the subscriptions that have deliveries in the store, to continue with after a restart.</summary>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>Each subscription once, in any order. The cost does not depend on the number of deliveries.</returns>
    ValueTask<IReadOnlyCollection<SubscriptionKey>> ListWaitingAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Accepts all deliveries of all events, or none. An event with <see cref="EventDeliveries.Keys"/> is not stored when one of its keys is
    /// that of an event that was accepted within the window, or of an earlier event in the list.
    /// </summary>
    /// <remarks>
    /// The keys are stored as durably as the events, and in one step with them: an event that was not accepted leaves no key, and a duplicate
    /// is answered after the event that it repeats. A store may keep a limited number of keys. On NATS JetStream, a key is the id of a
    /// message (<c>Nats-Msg-Id</c>), whose repetition the stream acknowledges as a duplicate.
    /// </remarks>
    /// <param name="events">The events, each with one route or skipped subscription at least.</param>
    /// <param name="cancellationToken">Cancelled when the caller no longer waits for the answer.</param>
    /// <returns>Accepted as soon as the deliveries are stored as durably as the store promises, or why not.</returns>
    ValueTask<AcceptResult> AppendAsync(IReadOnlyList<EventDeliveries> events, CancellationToken cancellationToken);

    /// <summary>
    /// Leases deliveries of a subscription that are due, in the order in which they are due. They stay leased until they are
    /// completed, or until the process ends. Each subscription may have one caller at a time.
    /// </summary>
    /// <param name="into">Takes the deliveries.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>How many were leased, and when the next one is due. Fewer than there is room for when no more are due.</returns>
    ValueTask<Lease> LeaseAsync(SubscriptionKey subscription, Memory<LeasedDelivery> into, CancellationToken cancellationToken);

    /// <summary>
    /// Leases deliveries of a subscription as <see cref="LeaseAsync"/> does, but only those that were due at a time or before. Each
    /// subscription may have one caller of either method at a time.
    /// </summary>
    /// <param name="into">Takes the deliveries.</param>
    /// <param name="dueBy">The time, in the past.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>
    /// The number of leased deliveries, and when the next one is due, which may be in the past. That time is null when no delivery
    /// waits, or when more can be leased now.
    /// </returns>
    ValueTask<Lease> LeaseOverdueAsync(
        SubscriptionKey subscription, Memory<LeasedDelivery> into, DateTimeOffset dueBy, CancellationToken cancellationToken);

    /// <summary>Counts the deliveries of a subscription that wait.</summary>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>How many. Leased ones may be among them. May read the disk.</returns>
    ValueTask<long> CountAsync(SubscriptionKey subscription, CancellationToken cancellationToken);

    /// <summary>
    /// Drops all deliveries of deleted subscriptions. Later appends are not affected. A delivery that is leased ends with its
    /// attempt: it is not retried.
    /// </summary>
    /// <param name="files">The numbers of the files whose deliveries are dropped. Null means all.</param>
    /// <param name="cancellationToken">
    /// Ends the wait. The drop may continue, and ends before a later one returns. The subscriptions must not get new deliveries until
    /// a drop has returned.
    /// </param>
    /// <returns>
    /// The number of deliveries, and the files that must be repaired first. Returns once it is certain that none of the dropped
    /// deliveries is leased again, also after a restart if the store is durable.
    /// </returns>
    /// <exception cref="IOException">The store cannot be written now.</exception>
    ValueTask<DropResult> DropAsync(
        IReadOnlyCollection<SubscriptionKey> subscriptions, IReadOnlyCollection<long>? files, CancellationToken cancellationToken);

    /// <summary>Stores the verdict on a leased delivery.</summary>
    /// <param name="delivery">The delivery, as it was leased. Must not be used afterwards.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>
    /// Completes when the verdict is accepted. It may reach the disk later. After a crash before that, the delivery is made again.
    /// </returns>
    ValueTask CompleteAsync(LeasedDelivery delivery, DeliveryVerdict verdict, CancellationToken cancellationToken);
}
