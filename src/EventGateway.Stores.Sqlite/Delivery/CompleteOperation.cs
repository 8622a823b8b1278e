using EventGateway.Abstractions.Delivery;

namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>Stores the verdict on a leased delivery.</summary>
internal sealed class CompleteOperation(SqliteDelivery delivery, DeliveryVerdict verdict) : Operation(delivery.Size)
{
    /// <inheritdoc/>
    public override bool IsUrgent => false;

    /// <summary>The delivery.</summary>
    public SqliteDelivery Delivery => delivery;

    /// <summary>The verdict on the attempt.</summary>
    public DeliveryVerdict Verdict => verdict;

    /// <summary>
    /// Where it waits again. Set before the transaction ends. A transaction that failed may still have been committed, and the
    /// retry then deletes this row.
    /// </summary>
    public QueuePosition? Next { get; set; }

    /// <summary>The number of its dead letter, set when that is stored. 0 before, and when there is none.</summary>
    public long DeadLetter { get; set; }

    /// <summary>Whether it becomes a dead letter that is not stored yet.</summary>
    public bool IsPendingDeadLetter { get; set; } = verdict is { Fate: DeliveryFate.DeadLettered, RetryAt: null };
}
