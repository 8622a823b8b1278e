using EventGateway.Abstractions.Delivery;

namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>A page of waiting deliveries that is being read. The work for it is bounded, not only its length.</summary>
/// <param name="limit">The maximum number of deliveries.</param>
/// <param name="maxRows">The maximum number of rows to look at.</param>
/// <param name="now">The store's time.</param>
internal sealed class WaitingPage(int limit, int maxRows, long now)
{
    private int _rows;

    /// <summary>The deliveries.</summary>
    public List<WaitingDelivery> Items { get; } = [];

    /// <summary>The store's time.</summary>
    public long Now => now;

    /// <summary>Whether it has as many deliveries as it may have. The next one begins another page.</summary>
    public bool IsFull => Items.Count >= limit;

    /// <summary>Counts a row to look at.</summary>
    /// <returns>Whether it may be looked at. If not, the page ends before it.</returns>
    public bool TryCountRow() => _rows++ < maxRows;
}
