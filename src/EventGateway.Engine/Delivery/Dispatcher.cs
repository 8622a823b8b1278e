using System.Collections.Concurrent;
using EventGateway.Abstractions;
using EventGateway.Abstractions.Delivery;
using EventGateway.Engine.Functions;
using EventGateway.Engine.Routing;
using Microsoft.Extensions.Logging;

namespace EventGateway.Engine.Delivery;

/// <summary>
/// Makes the deliveries of a store: a lane per subscription, and a bounded number of calls per function at once, so that a
/// slow function delays nobody but itself. What waits, waits in the store.
/// </summary>
public sealed partial class Dispatcher : IDisposable
{
    private readonly ConcurrentDictionary<SubscriptionKey, DeliveryLane> _lanes = new();
    private readonly FunctionGates _gates;
    private readonly WakeUps _wakeUps;
    private readonly IDeliveryStore _store;
    private readonly IRouteDirectory _routes;
    private readonly FunctionInvoker _invoker;
    private readonly Replies _replies;
    private readonly GatewayDefaults _defaults;
    private readonly DeliveryMetrics _metrics;
    private readonly SteadyTimeProvider _timeProvider;
    private readonly ILogger<Dispatcher> _logger;
    private readonly CancellationTokenSource _abort = new();
    private readonly CancellationToken _aborted;
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _unfinished;
    private long _leasedBytes;
    private bool _draining;

    /// <summary>Creates a dispatcher over a store.</summary>
    /// <param name="store">Keeps the deliveries.</param>
    /// <param name="routes">Finds the current function and settings when a delivery is made.</param>
    /// <param name="invoker">Calls functions.</param>
    /// <param name="replies">Publishes what functions answer.</param>
    /// <param name="gates">Let lanes call functions; shared with the dispatcher of the other guarantee.</param>
    /// <param name="defaults">The concurrency of a function.</param>
    /// <param name="metrics">Counts outcomes.</param>
    /// <param name="timeProvider">The clock; the store's too.</param>
    /// <param name="logger">Where failures are told.</param>
    public Dispatcher(
        IDeliveryStore store,
        IRouteDirectory routes,
        FunctionInvoker invoker,
        Replies replies,
        FunctionGates gates,
        GatewayDefaults defaults,
        DeliveryMetrics metrics,
        TimeProvider timeProvider,
        ILogger<Dispatcher> logger)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(metrics);
        _store = store;
        _routes = routes;
        _invoker = invoker;
        _replies = replies;
        _gates = gates;
        _defaults = defaults;
        _metrics = metrics;
        _timeProvider = SteadyTimeProvider.Of(timeProvider);
        _logger = logger;
        _aborted = _abort.Token;
        _orphans = new Orphans(timeProvider);
        _wakeUps = new WakeUps(timeProvider, Signal);
    }

    /// <summary>Takes events on for delivery, all of them or none.</summary>
    /// <param name="events">The events; their memory may be reused once this has returned. One without routes needs nothing.</param>
    /// <param name="cancellationToken">Cancelled when nobody waits for the answer any more.</param>
    /// <returns>Accepted once stored, or why not; refused deliveries are counted as dropped.</returns>
    public async ValueTask<AcceptResult> AcceptAsync(IReadOnlyList<EventDeliveries> events, CancellationToken cancellationToken)
    {
        var result = await OfferAsync(events, cancellationToken);
        if (!result.IsAccepted)
        {
            CountRefused(events);
        }

        return result;
    }

    /// <summary>Takes events on for delivery, all of them or none. A refusal is not counted: the caller offers them again.</summary>
    /// <param name="events">The events; their memory may be reused once this has returned. One without routes needs nothing.</param>
    /// <param name="cancellationToken">Cancelled when nobody waits for the answer any more.</param>
    /// <returns>Accepted once stored, or why not.</returns>
    internal async ValueTask<AcceptResult> OfferAsync(IReadOnlyList<EventDeliveries> events, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(events);
        var deliveries = 0;
        for (var i = 0; i < events.Count; i++)
        {
            deliveries += events[i].Routes.Length;
        }

        // Counted before looking at the flag: a drain that starts now waits for these too, or they are refused.
        Interlocked.Add(ref _unfinished, deliveries);
        var result = AcceptResult.Draining;
        try
        {
            if (!Volatile.Read(ref _draining))
            {
                result = await _store.AppendAsync(events, cancellationToken);
            }
        }
        finally
        {
            // What is on disk needs no waiting for.
            if (!result.IsAccepted || _store.IsDurable)
            {
                Finish(deliveries);
            }
        }

        if (!result.IsAccepted)
        {
            return result;
        }

        SignalAll(events, deliveries);
        return result;
    }

    /// <summary>
    /// Refuses new deliveries and waits until the accepted ones are made; those of a durable store may wait for the next
    /// start, except for the calls under way.
    /// </summary>
    /// <param name="deadline">Cancelled when there is no more time: calls under way are cut off, waiting deliveries abandoned.</param>
    /// <returns>How many deliveries, or calls of a durable store, were abandoned; a durable store still has them.</returns>
    public async Task<long> DrainAsync(CancellationToken deadline)
    {
        Volatile.Write(ref _draining, true);
        if (!_store.IsDurable)
        {
            // What is held in memory ends with the process: nobody should wait for it.
            Resume(default);
        }

        if (Interlocked.Read(ref _unfinished) == 0)
        {
            return 0;
        }

        try
        {
            await _drained.Task.WaitAsync(deadline);
            return 0;
        }
        catch (OperationCanceledException)
        {
            // Counted first: calls that are cut off end at once.
            var abandoned = Interlocked.Read(ref _unfinished);
            await _abort.CancelAsync();
            if (abandoned > 0)
            {
                LogAbandoned(abandoned);
            }

            return abandoned;
        }
    }

    /// <summary>Goes on with what the store kept from before the start.</summary>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public async ValueTask StartAsync(CancellationToken cancellationToken)
    {
        SignalGradually(await _store.ListWaitingAsync(cancellationToken));
    }

    /// <summary>Cuts off the calls that are under way.</summary>
    public void Dispose()
    {
        _abort.Cancel();
        _wakeUps.Dispose();
        _abort.Dispose();
    }

    private void CountRefused(IReadOnlyList<EventDeliveries> events)
    {
        for (var i = 0; i < events.Count; i++)
        {
            foreach (var route in events[i].Routes)
            {
                _metrics.Dropped(route.Subscription.Space, events[i].Event.Type);
            }
        }
    }

    private void Finish(long deliveries)
    {
        if (Interlocked.Add(ref _unfinished, -deliveries) == 0 && Volatile.Read(ref _draining))
        {
            _drained.TrySetResult();
        }
    }
}
