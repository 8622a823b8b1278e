using EventGateway.Abstractions.Delivery;

namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>Stores what became of a leased delivery.</summary>
internal sealed class CompleteOperation(SqliteDelivery delivery, DeliveryVerdict verdict) : Operation(delivery.Size)
{
    /// <inheritdoc/>
    public override bool IsUrgent => false;

    /// <summary>The delivery.</summary>
    public SqliteDelivery Delivery => delivery;

    /// <summary>What became of it.</summary>
    public DeliveryVerdict Verdict => verdict;

    /// <summary>
    /// Where it waits again. Set before the transaction ends: one that failed may have been made all the same, and the next
    /// one then finds the row here.
    /// </summary>
    public QueuePosition? Next { get; set; }

    /// <summary>Whether it becomes a dead letter that is not stored yet.</summary>
    public bool IsPendingDeadLetter { get; set; } = verdict is { Fate: DeliveryFate.DeadLettered, RetryAt: null };
}
