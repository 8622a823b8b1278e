namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>A set of the deliveries that are leased. Each delivery stores its place, so that adding and removing are fast.</summary>
internal sealed class LeasedDeliveries
{
    private readonly List<SqliteDelivery> _all = [];

    /// <summary>The deliveries, in no order.</summary>
    public IReadOnlyList<SqliteDelivery> All => _all;

    /// <summary>Adds a delivery that is not in the set.</summary>
    public void Add(SqliteDelivery delivery)
    {
        delivery.LeasedPlace = _all.Count;
        _all.Add(delivery);
    }

    /// <summary>Removes a delivery, if it is in the set.</summary>
    public void Remove(SqliteDelivery delivery)
    {
        var place = delivery.LeasedPlace;
        if (place < 0)
        {
            return;
        }

        // The last one moves to the free place.
        var last = _all[^1];
        _all[place] = last;
        last.LeasedPlace = place;
        _all.RemoveAt(_all.Count - 1);
        delivery.LeasedPlace = -1;
    }
}
