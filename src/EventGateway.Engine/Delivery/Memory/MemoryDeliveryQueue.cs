using EventGateway.Abstractions.Delivery;

namespace EventGateway.Engine.Delivery.Memory;

/// <summary>Deliveries in a row, oldest first. Not safe for concurrent use.</summary>
internal struct MemoryDeliveryQueue
{
    private MemoryDelivery? _last;

    /// <summary>The oldest. Not set: there are none.</summary>
    public MemoryDelivery? First { get; private set; }

    /// <summary>Puts a delivery behind all others.</summary>
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

    /// <summary>Takes the oldest deliveries out.</summary>
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
