namespace EventGateway.Core.Delivery;

/// <summary>What a memory store keeps for one function. Not safe for concurrent use.</summary>
internal sealed class FunctionBacklog
{
    private MemoryDeliveryQueue _waiting;
    private int _count;
    private long _bytes;

    /// <summary>Whether nothing is left, neither waiting nor leased.</summary>
    public bool IsEmpty => _count == 0;

    /// <summary>Whether the function has half of what the store may keep.</summary>
    public bool HasShare(GatewayDefaults defaults) =>
        _count >= Math.Max(1, defaults.BacklogDeliveries / 2) || _bytes >= Math.Max(1, defaults.BacklogBytes / 2);

    /// <summary>Puts a delivery behind those that wait.</summary>
    public void Add(MemoryDelivery delivery)
    {
        _waiting.Add(delivery);
        _count++;
        _bytes += delivery.Encoded.Size + MemoryDelivery.OwnSize;
    }

    /// <summary>Leases the oldest deliveries.</summary>
    /// <returns>How many.</returns>
    public int Lease(Span<LeasedDelivery> into) => _waiting.Take(into);

    /// <summary>Forgets a leased delivery.</summary>
    public void Complete(MemoryDelivery delivery)
    {
        _count--;
        _bytes -= delivery.Encoded.Size + MemoryDelivery.OwnSize;
    }
}
