using EventGateway.Abstractions.Delivery;

namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>The deliveries that wait in all segments, read segment by segment from the oldest up. Safe for concurrent use.</summary>
internal sealed class WaitingDeliveries(Segments segments, QueueTable queues, OperationQueue operations, StoreClock clock, DeliveryStoreSettings settings) : IWaitingDeliveries
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
            var called = queues.ListCalled(segment).Select(static delivery => delivery.Position).ToHashSet();
            next = await segment.ReadWaitingAsync(reader => reader.List(filter, selects, start, called, page), cancellationToken);
            if (next is not null)
            {
                break;
            }
        }

        return new Page<WaitingDelivery>([.. page.Items.Select(WithWallClock)], next?.ToString());
    }

    /// <inheritdoc/>
    public async ValueTask<DueDeliveries> RetryAsync(WaitingFilter filter, Func<SubscriptionKey, bool> selects, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(selects);
        var subscriptions = new HashSet<SubscriptionKey>();
        var count = 0L;
        try
        {
            foreach (var segment in Select(filter.DeliveryId).Where(static segment => segment.Waiting > 0))
            {
                var now = clock.Now();
                var chosen = await segment.ReadWaitingAsync(reader => reader.Choose(filter, selects, now), cancellationToken) ?? [];
                subscriptions.UnionWith(chosen.Select(static item => item.Subscription));
                count += chosen.Sum(static item => item.Due) - CountCalled(segment, filter, chosen);
                var left = new Queue<RetriedSubscription>(chosen.Where(static item => item.HasLater));
                while (left.Count > 0)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    var retry = new RetryOperation(segment, filter, left);
                    await operations.AddAsync(retry, CancellationToken.None);
                    count += await retry.Done;
                }
            }
        }
        catch (Exception exception) when (count > 0 && exception is IOException or OperationCanceledException)
        {
            // The caller must learn which deliveries are due, because it starts them.
        }

        return new DueDeliveries(Math.Max(0, count), subscriptions);
    }

    private long CountCalled(Segment segment, WaitingFilter filter, List<RetriedSubscription> chosen)
    {
        var numbers = chosen.Select(static item => item.Number).ToHashSet();
        var @event = filter.DeliveryId is { } id ? WaitingId.Parse(id)?.Event : null;
        return queues.ListCalled(segment).Count(delivery =>
            numbers.Contains(delivery.Number) && (@event ?? delivery.Event) == delivery.Event && (filter.HasFailed ?? delivery.Attempts > 0) == delivery.Attempts > 0);
    }

    private WaitingDelivery WithWallClock(WaitingDelivery delivery) =>
        delivery with { DueAt = UnixMicroseconds.ToTime(clock.ToWall(UnixMicroseconds.Of(delivery.DueAt))) };

    private IEnumerable<Segment> Select(string? deliveryId) => deliveryId is null
        ? segments.All
        : WaitingId.Parse(deliveryId) is { } id ? segments.All.Where(segment => segment.Number == id.Segment) : [];
}
