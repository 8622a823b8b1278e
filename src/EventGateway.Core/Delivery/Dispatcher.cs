using System.Collections.Concurrent;
using EventGateway.Core.CloudEvents;
using EventGateway.Core.Functions;
using EventGateway.Core.Routing;
using Microsoft.Extensions.Logging;

namespace EventGateway.Core.Delivery;

/// <summary>
/// Makes async deliveries: a lane per function, each with bounded concurrency, so that a slow function delays nobody but
/// itself. What waits, waits in the store.
/// </summary>
public sealed partial class Dispatcher : IDisposable
{
    private readonly ConcurrentDictionary<FunctionKey, DeliveryLane> _lanes = new();
    private readonly IDeliveryStore _store;
    private readonly IRouteDirectory _routes;
    private readonly FunctionInvoker _invoker;
    private readonly GatewayDefaults _defaults;
    private readonly DeliveryMetrics _metrics;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger<Dispatcher> _logger;
    private readonly CancellationTokenSource _abort = new();
    private readonly CancellationToken _aborted;
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _unfinished;
    private bool _draining;

    /// <summary>Creates a dispatcher over a store.</summary>
    /// <param name="store">Keeps the deliveries.</param>
    /// <param name="routes">Finds the current function and settings when a delivery is made.</param>
    /// <param name="invoker">Calls functions.</param>
    /// <param name="defaults">The concurrency of a function.</param>
    /// <param name="metrics">Counts outcomes.</param>
    /// <param name="timeProvider">The clock; the store's too.</param>
    /// <param name="logger">Where failures are told.</param>
    public Dispatcher(
        IDeliveryStore store,
        IRouteDirectory routes,
        FunctionInvoker invoker,
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
        _defaults = defaults;
        _metrics = metrics;
        _timeProvider = timeProvider;
        _logger = logger;
        _aborted = _abort.Token;
        metrics.ObserveBacklog(() => _store.Count);
    }

    /// <summary>Takes an event on for delivery to all of its routes, or to none.</summary>
    /// <param name="event">The event; its memory may be reused once this has returned.</param>
    /// <param name="routes">The async subscriptions that it matched.</param>
    /// <param name="cancellationToken">Cancelled when nobody waits for the answer any more.</param>
    /// <returns>Accepted once stored, or why not.</returns>
    public ValueTask<AcceptResult> AcceptAsync(CloudEvent @event, Route[] routes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(routes);
        return routes.Length == 0
            ? ValueTask.FromResult(AcceptResult.Accepted)
            : AcceptAsync([new EventDeliveries(@event, routes)], cancellationToken);
    }

    /// <summary>Takes events on for delivery, all of them or none.</summary>
    /// <param name="events">The events; their memory may be reused once this has returned. One without routes needs nothing.</param>
    /// <param name="cancellationToken">Cancelled when nobody waits for the answer any more.</param>
    /// <returns>Accepted once stored, or why not.</returns>
    public async ValueTask<AcceptResult> AcceptAsync(IReadOnlyList<EventDeliveries> events, CancellationToken cancellationToken)
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
            if (!result.IsAccepted)
            {
                Finish(deliveries);
            }
        }

        for (var i = 0; i < events.Count; i++)
        {
            var (@event, routes) = events[i];
            foreach (var route in routes)
            {
                if (result.IsAccepted)
                {
                    Signal(new FunctionKey(route.Function.Space, route.Function.FunctionId));
                }
                else
                {
                    _metrics.Dropped(route.Subscription.Space, @event.Type);
                }
            }
        }

        return result;
    }

    /// <summary>Refuses new deliveries and waits until the accepted ones are made.</summary>
    /// <param name="deadline">Cancelled when there is no more time: calls under way are cut off, waiting deliveries abandoned.</param>
    /// <returns>How many deliveries were abandoned; a durable store still has them.</returns>
    public async Task<long> DrainAsync(CancellationToken deadline)
    {
        Volatile.Write(ref _draining, true);
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
            await _abort.CancelAsync();
            var abandoned = Interlocked.Read(ref _unfinished);
            if (abandoned > 0)
            {
                LogAbandoned(abandoned);
            }

            return abandoned;
        }
    }

    /// <summary>Cuts off the calls that are under way.</summary>
    public void Dispose()
    {
        _abort.Cancel();
        _abort.Dispose();
    }

    private void Signal(FunctionKey function)
    {
        // A lane that closes itself at this moment is out of the table before it says so.
        while (!_lanes.GetOrAdd(function, static (function, dispatcher) => dispatcher.CreateLane(function), this).TrySignal())
        {
        }
    }

    private DeliveryLane CreateLane(FunctionKey function) => new(this, function, _defaults.FunctionConcurrency);

    private void Finish(int deliveries)
    {
        if (Interlocked.Add(ref _unfinished, -deliveries) == 0 && Volatile.Read(ref _draining))
        {
            _drained.TrySetResult();
        }
    }
}
