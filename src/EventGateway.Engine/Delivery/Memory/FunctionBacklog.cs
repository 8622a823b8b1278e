namespace EventGateway.Engine.Delivery.Memory;

/// <summary>The share of one function in a memory store. Not safe for concurrent use.</summary>
internal sealed class FunctionBacklog
{
    private int _count;
    private long _bytes;

    /// <summary>Whether no delivery waits or is leased.</summary>
    public bool IsEmpty => _count == 0;

    /// <summary>Returns whether the function has half of the store.</summary>
    public bool HasShare(GatewayDefaults defaults) =>
        _count >= Math.Max(1, defaults.BacklogDeliveries / 2) || _bytes >= Math.Max(1, defaults.BacklogBytes / 2);

    /// <summary>Adds a delivery.</summary>
    public void Add(MemoryDelivery delivery)
    {
        _count++;
        _bytes += delivery.Encoded.Size + MemoryDelivery.OwnSize;
    }

    /// <summary>Removes a delivery.</summary>
    public void Remove(MemoryDelivery delivery)
    {
        _count--;
        _bytes -= delivery.Encoded.Size + MemoryDelivery.OwnSize;
    }
}
