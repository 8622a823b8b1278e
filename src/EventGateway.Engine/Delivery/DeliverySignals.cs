using System.Collections.Concurrent;
using System.Threading.Channels;
using EventGateway.Abstractions.Delivery;

namespace EventGateway.Engine.Delivery;

/// <summary>
/// The signals that wait for the lanes of a store. A subscription whose signal waits gets no second one, because the lane that
/// opens finds all deliveries that were stored before. Safe for concurrent use; one reader.
/// </summary>
internal sealed class DeliverySignals
{
    // Not bounded, so that no caller waits. But each subscription is in it twice at most: alone, and in a fan-out.
    private readonly Channel<DeliverySignal> _queue = Channel.CreateUnbounded<DeliverySignal>(new UnboundedChannelOptions { SingleReader = true });

    // Two sets, because the lanes of a fan-out open gradually: a signal of one subscription must not wait for them.
    private readonly ConcurrentDictionary<SubscriptionKey, bool> _alone = new();
    private readonly ConcurrentDictionary<SubscriptionKey, bool> _inFanOuts = new();

    /// <summary>The signals. The reader must call <see cref="Take"/> or <see cref="TakeOfFanOut"/> before it wakes a lane.</summary>
    public ChannelReader<DeliverySignal> Reader => _queue.Reader;

    /// <summary>Adds a signal, unless one of the subscription alone waits.</summary>
    public void Add(SubscriptionKey subscription)
    {
        if (_alone.TryAdd(subscription, true))
        {
            _queue.Writer.TryWrite(new DeliverySignal(subscription));
        }
    }

    /// <summary>Adds one signal of the subscriptions of many deliveries, without those that wait in an earlier fan-out.</summary>
    /// <param name="events">The events with their deliveries.</param>
    /// <param name="deliveries">The number of deliveries.</param>
    public void AddFanOut(IReadOnlyList<EventDeliveries> events, int deliveries)
    {
        // Only the keys: a signal that held the events would keep their bodies in memory.
        var added = new SubscriptionKey[deliveries];
        var count = 0;
        for (var i = 0; i < events.Count; i++)
        {
            foreach (var route in events[i].Routes)
            {
                var subscription = SubscriptionKey.Of(route.Subscription);
                if (_inFanOuts.TryAdd(subscription, true))
                {
                    added[count++] = subscription;
                }
            }
        }

        if (count > 0)
        {
            Array.Resize(ref added, count);
            _queue.Writer.TryWrite(new DeliverySignal(default, added));
        }
    }

    /// <summary>Notes that the lane of a subscription is about to wake. Deliveries that are stored from now on need another signal.</summary>
    /// <param name="subscription">The subscription of a signal that is not a fan-out.</param>
    public void Take(SubscriptionKey subscription) => _alone.TryRemove(subscription, out _);

    /// <summary>Notes that the lane of a subscription is about to wake. Deliveries that are stored from now on need another signal.</summary>
    /// <param name="subscription">A subscription of a fan-out.</param>
    public void TakeOfFanOut(SubscriptionKey subscription) => _inFanOuts.TryRemove(subscription, out _);

    /// <summary>Ends the reader. Later signals are ignored: the store has the deliveries.</summary>
    public void Complete() => _queue.Writer.TryComplete();
}
