using EventGateway.Abstractions;
using EventGateway.Abstractions.Config;
using EventGateway.Abstractions.Delivery;
using EventGateway.Abstractions.Resources;
using EventGateway.Engine.Delivery.Failures;
using EventGateway.Engine.Functions;
using EventGateway.Engine.Routing;
using EventGateway.Engine.Subscriptions;
using Microsoft.Extensions.Logging;

namespace EventGateway.Engine.Delivery;

/// <summary>
/// Makes the deliveries of one store: composes the parts, starts and drains them. <see cref="DeliveryIntake"/> describes the path
/// of an event to its deliveries, <see cref="DeliveryAttempts"/> the path of an attempt.
/// </summary>
public sealed class Dispatcher : IDisposable
{
    private readonly DeliveryBacklog _backlog;
    private readonly Orphans _orphans;
    private readonly SubscriptionDrops _drops;
    private readonly WakeUps _wakeUps;
    private readonly FailureWatch _failures;
    private readonly ILogger _logger;

    /// <summary>Creates a dispatcher over a store.</summary>
    /// <param name="backlog">The store's deliveries.</param>
    /// <param name="routes">Finds the current function and settings for each attempt.</param>
    /// <param name="invoker">Calls functions.</param>
    /// <param name="replies">Publishes the events that functions reply with.</param>
    /// <param name="gates">Bound the calls of each function, together with the dispatcher of the other guarantee.</param>
    /// <param name="defaults">Settings for subscriptions that do not set them.</param>
    /// <param name="metrics">Counts outcomes.</param>
    /// <param name="timeProvider">The clock, the same as the store's.</param>
    /// <param name="logger">Logs failures.</param>
    /// <param name="observer">Observes subscriptions that fail or are disabled. Null means no observer.</param>
    public Dispatcher(
        DeliveryBacklog backlog,
        IRouteDirectory routes,
        FunctionInvoker invoker,
        Replies replies,
        FunctionGates gates,
        GatewayDefaults defaults,
        DeliveryMetrics metrics,
        TimeProvider timeProvider,
        ILogger<Dispatcher> logger,
        ISubscriptionObserver? observer = null)
    {
        ArgumentNullException.ThrowIfNull(backlog);
        var clock = SteadyTimeProvider.Of(timeProvider);
        _backlog = backlog;
        _logger = new SafeLogger(logger);
        _orphans = new Orphans(timeProvider);
        _drops = new SubscriptionDrops(backlog, _orphans, metrics, _logger);
        _wakeUps = new WakeUps(timeProvider, backlog.Signal);
        var orphaned = new OrphanedDeliveries(backlog, _orphans, routes, _wakeUps, clock, _logger);
        _failures = new FailureWatch(routes, backlog.Store as IFailureStore, observer, clock, _logger, backlog.Drain.CutOff);
        var settlement = new DeliverySettlement(backlog.Store, _wakeUps, metrics, clock, _logger);
        Lanes = new DeliveryLanes(
            backlog,
            gates,
            new DeliveryLeases(backlog, orphaned, routes, _wakeUps, defaults, clock, _logger),
            routes,
            new DeliveryAttempts(backlog, routes, orphaned, invoker, replies, new DeadLetterForwarder(backlog, routes, clock), _failures, observer, settlement, defaults, metrics, clock, _logger),
            settlement,
            _wakeUps,
            defaults,
            clock,
            _logger);
    }

    /// <summary>The lanes of the subscriptions.</summary>
    internal DeliveryLanes Lanes { get; }

    /// <summary>How many subscriptions wait for a time to come.</summary>
    internal int WakeUpCount => _wakeUps.Count;

    /// <summary>Returns whether deliveries to a function are held because it or their subscription is not in the configuration.</summary>
    internal bool HoldsFor(FunctionKey function) => _orphans.List(new ChangedRoutes(function.Space, FunctionId: function.FunctionId)).Length > 0;

    /// <summary>Begins to make deliveries, first those that the store kept from before the start.</summary>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public async ValueTask StartAsync(CancellationToken cancellationToken)
    {
        await _failures.LoadAsync(cancellationToken);
        Lanes.OpenGradually(await _backlog.Store.ListWaitingAsync(cancellationToken));
        Lanes.Start();
    }

    /// <summary>
    /// Refuses new deliveries and waits until the accepted ones are made. Deliveries of a durable store may wait for the next
    /// start, except for the calls under way.
    /// </summary>
    /// <param name="deadline">Cancelled when there is no more time: the calls under way are cut off and waiting deliveries abandoned.</param>
    /// <returns>How many deliveries, or calls of a durable store, were abandoned. A durable store still has them.</returns>
    public async Task<long> DrainAsync(CancellationToken deadline)
    {
        _backlog.Drain.Start();
        if (!_backlog.Store.IsDurable)
        {
            // Held deliveries end with the process, so the drain must not wait for them.
            _drops.Resume(default);
        }

        var abandoned = await _backlog.Drain.WaitAsync(deadline);
        if (abandoned > 0)
        {
            _logger.LogAbandoned(abandoned);
        }

        return abandoned;
    }

    /// <summary>Notes that a subscription is about to be deleted. <see cref="DropAsync"/> or <see cref="Resume"/> must follow.</summary>
    public void ExpectDeletion(Subscription subscription) => _drops.Expect(subscription);

    /// <summary>Drops the deliveries that wait for deleted subscriptions. Must run before one of them is created again.</summary>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The deletions that are not yet stored in all files as durably as the store promises, with the files that are left.</returns>
    public ValueTask<IReadOnlyList<SubscriptionDeletion>> DropAsync(IReadOnlyList<SubscriptionDeletion> deletions, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(deletions);

        // In a deletion from certain files only, the subscription may exist again.
        foreach (var deletion in deletions.Where(static deletion => deletion.Files is null))
        {
            _failures.Forget(deletion.Space, deletion.SubscriptionId);
        }

        return _drops.DropAsync(deletions, cancellationToken);
    }

    /// <summary>Counts the failures of a subscription anew, because it was changed.</summary>
    internal void ForgetFailures(string space, string subscriptionId) => _failures.Forget(space, subscriptionId);

    /// <summary>Counts the failures of all subscriptions of a function anew, because it was changed.</summary>
    internal void ForgetFailures(FunctionKey function) => _failures.Forget(function);

    /// <summary>Resumes held deliveries of subscriptions that have come into force, or whose function has.</summary>
    /// <param name="changed">The routes.</param>
    public void Resume(ChangedRoutes changed)
    {
        // Nothing was tried while they were held, so that time must not count as a time of failures.
        foreach (var held in _orphans.List(changed))
        {
            _failures.Forget(held.Space, held.SubscriptionId);
        }

        _drops.Resume(changed);
    }

    /// <summary>Counts the deliveries of each space that are held because their subscription is not in the configuration.</summary>
    public IEnumerable<(string Space, long Deliveries)> CountOrphans() => _orphans.CountBySpace();

    /// <summary>Cuts off the calls that are under way.</summary>
    public void Dispose()
    {
        _backlog.Drain.CutOffCalls();
        _wakeUps.Dispose();
    }
}
