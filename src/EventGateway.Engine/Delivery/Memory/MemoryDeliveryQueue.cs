using EventGateway.Abstractions.Delivery;

namespace EventGateway.Engine.Delivery.Memory;

/// <summary>A queue of deliveries, oldest first. Not safe for concurrent use.</summary>
internal struct MemoryDeliveryQueue
{
    private MemoryDelivery? _last;

    /// <summary>The oldest delivery. Null when the queue is empty.</summary>
    public MemoryDelivery? First { get; private set; }

    /// <summary>Adds a delivery at the end.</summary>
    public void Add(MemoryDelivery delivery)
    {
        if (First is null)
        {
            First = delivery;
        }
        else
        {
            _last!.Next = delivery;
        }

        _last = delivery;
    }

    /// <summary>Removes the oldest deliveries.</summary>
    /// <returns>How many.</returns>
    public int Take(Span<LeasedDelivery> into)
    {
        var taken = 0;
        var first = First;
        while (first is not null && taken < into.Length)
        {
            into[taken++] = first;
            (first, first.Next) = (first.Next, null);
        }

        First = first;
        return taken;
    }
}
