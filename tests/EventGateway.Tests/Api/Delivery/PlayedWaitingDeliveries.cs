using System.Globalization;
using EventGateway.Abstractions.Delivery;

namespace EventGateway.Tests.Api.Delivery;

/// <summary>Waiting deliveries in a list; the cursor is the place in it.</summary>
internal sealed class PlayedWaitingDeliveries : IWaitingDeliveries
{
    // Replaced, never changed: another thread may read it.
    private volatile WaitingDelivery[] _all = [];

    /// <summary>Adds one that is due and has no attempt.</summary>
    public void Add(string id, string functionId = "f1", Func<WaitingDelivery, WaitingDelivery>? change = null)
    {
        var delivery = new WaitingDelivery
        {
            Id = id,
            Subscription = new SubscriptionKey("default", "sub-" + functionId, functionId),
            EventId = "e" + id,
            EventType = "user.created",
            AcceptedAt = new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero),
            Attempts = 0,
            DueAt = new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero),
            IsDue = true,
            IsBeingCalled = false,
        };
        _all = [.. _all, change is null ? delivery : change(delivery)];
    }

    public void Clear() => _all = [];

    public ValueTask<Page<WaitingDelivery>> ListAsync(
        WaitingFilter filter, Func<SubscriptionKey, bool> selects, int limit, string? cursor, CancellationToken cancellationToken)
    {
        var begin = cursor is null ? 0 : int.Parse(cursor, CultureInfo.InvariantCulture);
        var rest = Select(filter, selects).Skip(begin).ToList();
        var next = rest.Count > limit ? (begin + limit).ToString(CultureInfo.InvariantCulture) : null;
        return ValueTask.FromResult(new Page<WaitingDelivery>([.. rest.Take(limit)], next));
    }

    public ValueTask<DueDeliveries> RetryAsync(WaitingFilter filter, Func<SubscriptionKey, bool> selects, CancellationToken cancellationToken)
    {
        var selected = Select(filter, selects).Where(delivery => !delivery.IsBeingCalled).ToList();
        _all = [.. _all.Select(delivery => selected.Contains(delivery) ? delivery with { IsDue = true } : delivery)];
        return ValueTask.FromResult(new DueDeliveries(selected.Count, [.. selected.Select(delivery => delivery.Subscription).Distinct()]));
    }

    private IEnumerable<WaitingDelivery> Select(WaitingFilter filter, Func<SubscriptionKey, bool> selects) => _all.Where(delivery =>
        delivery.Subscription.Space == filter.Space
        && (filter.DeliveryId ?? delivery.Id) == delivery.Id
        && (filter.SubscriptionId ?? delivery.Subscription.SubscriptionId) == delivery.Subscription.SubscriptionId
        && (filter.FunctionId ?? delivery.Subscription.FunctionId) == delivery.Subscription.FunctionId
        && (filter.HasFailed ?? delivery.Attempts > 0) == delivery.Attempts > 0
        && selects(delivery.Subscription));
}
