using EventGateway.Abstractions.Delivery;

namespace EventGateway.Engine.Delivery.Memory;

/// <summary>The deliveries of one subscription in memory. Not safe for concurrent use.</summary>
internal sealed class MemoryQueue(FunctionBacklog function)
{
    private readonly PriorityQueue<MemoryDelivery, DateTimeOffset> _later = new();
    private MemoryDeliveryQueue _due;
    private MemoryDelivery? _newest;

    /// <summary>The share of the function of the subscription.</summary>
    public FunctionBacklog Function => function;

    /// <summary>How many deliveries wait or are leased.</summary>
    public int Count { get; private set; }

    /// <summary>The delivery that was accepted first, of those that wait or are leased. Null when there are none.</summary>
    public MemoryDelivery? Oldest { get; private set; }

    /// <summary>Adds a delivery that is due, after those that are due before.</summary>
    public void Add(MemoryDelivery delivery)
    {
        _due.Add(delivery);
        Count++;
        Link(_newest, delivery);
        Link(delivery, null);
    }

    /// <summary>Keeps a leased delivery until it is due again.</summary>
    /// <param name="leased">The delivery.</param>
    /// <param name="delivery">The delivery that takes its place.</param>
    /// <param name="due">When it is due.</param>
    public void Retry(MemoryDelivery leased, MemoryDelivery delivery, DateTimeOffset due)
    {
        Link(leased.Older, delivery);
        Link(delivery, leased.Newer);
        Unlink(leased);
        _later.Enqueue(delivery, due);
    }

    /// <summary>Removes a leased delivery.</summary>
    public void Complete(MemoryDelivery leased)
    {
        Count--;
        Link(leased.Older, leased.Newer);
        Unlink(leased);
    }

    /// <summary>Leases the deliveries that are due, those that were retried first.</summary>
    public Lease Lease(Span<LeasedDelivery> into, DateTimeOffset now)
    {
        var taken = 0;
        while (taken < into.Length && _later.TryPeek(out var delivery, out var due) && due <= now)
        {
            _later.Dequeue();
            into[taken++] = delivery;
        }

        taken += _due.Take(into[taken..]);
        return new Lease(taken, taken < into.Length && _later.TryPeek(out _, out var next) ? next : null);
    }

    /// <summary>Leases the deliveries that were due at a time or before.</summary>
    public Lease LeaseOverdue(Span<LeasedDelivery> into, DateTimeOffset dueBy)
    {
        var taken = 0;
        while (taken < into.Length && NextDue is { } due && due <= dueBy)
        {
            taken += TakeNext(into[taken..]);
        }

        return new Lease(taken, taken < into.Length ? NextDue : null);
    }

    /// <summary>Removes all deliveries that wait. Leased deliveries are not retried.</summary>
    public List<MemoryDelivery> Drop()
    {
        var waiting = new List<MemoryDelivery>();
        var taken = new LeasedDelivery[1];
        while (NextDue is not null)
        {
            TakeNext(taken);
            waiting.Add((MemoryDelivery)taken[0]);
        }

        for (var delivery = Oldest; delivery is not null; delivery = delivery.Newer)
        {
            delivery.Drop();
        }

        return waiting;
    }

    // Null when nothing waits.
    private DateTimeOffset? NextDue =>
        _later.TryPeek(out _, out var later) && !(_due.First?.AcceptedAt < later) ? later : _due.First?.AcceptedAt;

    private int TakeNext(Span<LeasedDelivery> into)
    {
        if (_later.TryPeek(out _, out var due) && !(_due.First?.AcceptedAt < due))
        {
            into[0] = _later.Dequeue();
            return 1;
        }

        return _due.Take(into[..1]);
    }

    // A delivery that has left the queue may still be in use. It would keep the deliveries that were next to it in memory.
    private static void Unlink(MemoryDelivery delivery) => (delivery.Older, delivery.Newer) = (null, null);

    // A null argument makes the other delivery an end of the queue.
    private void Link(MemoryDelivery? older, MemoryDelivery? newer)
    {
        if (older is null)
        {
            Oldest = newer;
        }
        else
        {
            older.Newer = newer;
        }

        if (newer is null)
        {
            _newest = older;
        }
        else
        {
            newer.Older = older;
        }
    }
}
