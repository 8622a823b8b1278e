using EventGateway.Abstractions.Delivery;

namespace EventGateway.Engine.Delivery;

public sealed partial class Dispatcher
{
    // More subscriptions than this have their lanes opened by and by.
    private const int FewSubscriptions = 64;

    // How many lanes one fan-out has open at once, each with a call under way and a connection, as long as its functions
    // answer. Where they do not, twice as many are opened each time that the patience ends, so that 100,000 hanging functions
    // delay the last by about a second.
    private const int LanesAtOnce = 256;
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(5);

    /// <summary>How many subscriptions have deliveries at the moment.</summary>
    internal int LaneCount => _lanes.Count;

    /// <summary>Says that deliveries of a subscription were stored, or are due.</summary>
    internal void Signal(SubscriptionKey subscription)
    {
        // A lane that closes itself at this moment is out of the table before it says so.
        while (!_lanes.GetOrAdd(subscription, static (subscription, dispatcher) => dispatcher.CreateLane(subscription), this).TrySignal())
        {
        }
    }

    /// <summary>Takes a lane out that has nothing to do.</summary>
    internal void Remove(SubscriptionKey subscription, DeliveryLane lane) => _lanes.TryRemove(new(subscription, lane));

    private DeliveryLane CreateLane(SubscriptionKey subscription)
    {
        var gate = _gates.Of(subscription.Function);
        return new DeliveryLane(this, subscription, gate, new RateLimiter(_timeProvider), _defaults.FunctionConcurrency);
    }

    private void SignalAll(IReadOnlyList<EventDeliveries> events, int deliveries)
    {
        if (deliveries > FewSubscriptions)
        {
            SignalGradually(events.SelectMany(static deliveries => deliveries.Routes, static (_, route) => SubscriptionKey.Of(route.Subscription)));
            return;
        }

        for (var i = 0; i < events.Count; i++)
        {
            foreach (var route in events[i].Routes)
            {
                Signal(SubscriptionKey.Of(route.Subscription));
            }
        }
    }

    private void SignalGradually(IEnumerable<SubscriptionKey> subscriptions) => _ = Task.Run(async () =>
    {
        var group = LanesAtOnce;
        // Lanes of others, hanging ones perhaps, are no reason to wait.
        var most = _lanes.Count + group;
        foreach (var (number, subscription) in subscriptions.Index())
        {
            // Counting locks the whole table.
            if (number % 16 == 0 && _lanes.Count >= most && !await HasRoomAsync(most))
            {
                group *= 2;
                most = _lanes.Count + group;
            }

            if (IsStopping)
            {
                return;
            }

            Signal(subscription);
        }
    });

    private async ValueTask<bool> HasRoomAsync(int most)
    {
        for (var waited = TimeSpan.Zero; waited < Patience; waited += Glance)
        {
            await Task.Delay(Glance, _timeProvider);
            if (_lanes.Count < most)
            {
                return true;
            }
        }

        return false;
    }
}
