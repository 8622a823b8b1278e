namespace EventGateway.Core.Delivery;

/// <summary>What a memory store keeps for one subscription. Not safe for concurrent use.</summary>
internal sealed class MemoryQueue(FunctionBacklog function)
{
    private readonly PriorityQueue<MemoryDelivery, DateTimeOffset> _later = new();
    private MemoryDeliveryQueue _due;

    /// <summary>What is kept for the function of the subscription.</summary>
    public FunctionBacklog Function => function;

    /// <summary>How many deliveries wait or are leased.</summary>
    public int Count { get; private set; }

    /// <summary>Puts a delivery behind those that are due.</summary>
    public void Add(MemoryDelivery delivery)
    {
        _due.Add(delivery);
        Count++;
    }

    /// <summary>Keeps a leased delivery until it is due again.</summary>
    public void Retry(MemoryDelivery delivery, DateTimeOffset due) => _later.Enqueue(delivery, due);

    /// <summary>Forgets a leased delivery.</summary>
    public void Complete() => Count--;

    /// <summary>Leases the deliveries that are due, those first that had to wait.</summary>
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
}
