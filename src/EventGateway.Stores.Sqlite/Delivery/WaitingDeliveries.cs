using EventGateway.Abstractions.Delivery;

namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>The deliveries that wait in all segments, read segment by segment from the oldest up. Safe for concurrent use.</summary>
internal sealed class WaitingDeliveries(Segments segments, QueueTable queues, StoreClock clock, DeliveryStoreSettings settings) : IWaitingDeliveries
{
    /// <inheritdoc/>
    public async ValueTask<Page<WaitingDelivery>> ListAsync(
        WaitingFilter filter, Func<SubscriptionKey, bool> selects, int limit, string? cursor, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(selects);
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var from = WaitingPlace.Parse(cursor);
        var page = new WaitingPage(limit, settings.WaitingRows, clock.Now());
        WaitingPlace? next = null;
        foreach (var segment in Select(filter.DeliveryId))
        {
            if (segment.Number < from.Segment || segment.Waiting == 0)
            {
                continue;
            }

            var start = segment.Number == from.Segment ? from : WaitingPlace.First;
            var called = queues.ListCalled(segment);
            next = await segment.ReadWaitingAsync(reader => reader.List(filter, selects, start, called, page), cancellationToken);
            if (next is not null)
            {
                break;
            }
        }

        return new Page<WaitingDelivery>([.. page.Items.Select(WithWallClock)], next?.ToString());
    }

    private WaitingDelivery WithWallClock(WaitingDelivery delivery) =>
        delivery with { DueAt = UnixMicroseconds.ToTime(clock.ToWall(UnixMicroseconds.Of(delivery.DueAt))) };

    private IEnumerable<Segment> Select(string? deliveryId) => deliveryId is null
        ? segments.All
        : WaitingId.Parse(deliveryId) is { } id ? segments.All.Where(segment => segment.Number == id.Segment) : [];
}
