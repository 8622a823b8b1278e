namespace EventGateway.Engine.Delivery.Memory;

/// <summary>How much of a memory store one function has. Not safe for concurrent use.</summary>
internal sealed class FunctionBacklog
{
    private int _count;
    private long _bytes;

    /// <summary>Whether nothing is left, neither waiting nor leased.</summary>
    public bool IsEmpty => _count == 0;

    /// <summary>Whether the function has half of what the store may keep.</summary>
    public bool HasShare(GatewayDefaults defaults) =>
        _count >= Math.Max(1, defaults.BacklogDeliveries / 2) || _bytes >= Math.Max(1, defaults.BacklogBytes / 2);

    /// <summary>Counts a delivery.</summary>
    public void Add(MemoryDelivery delivery)
    {
        _count++;
        _bytes += delivery.Encoded.Size + MemoryDelivery.OwnSize;
    }

    /// <summary>Forgets a delivery.</summary>
    public void Remove(MemoryDelivery delivery)
    {
        _count--;
        _bytes -= delivery.Encoded.Size + MemoryDelivery.OwnSize;
    }
}
