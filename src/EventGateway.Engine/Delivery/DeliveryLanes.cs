using System.Collections.Concurrent;
using EventGateway.Abstractions.Delivery;
using EventGateway.Engine.Routing;
using Microsoft.Extensions.Logging;

namespace EventGateway.Engine.Delivery;

/// <summary>
/// The lanes of a store: one for each subscription whose deliveries are made at the moment. Reads the signals of the backlog, and
/// opens or wakes the lane of each.
/// </summary>
internal sealed class DeliveryLanes
{
    // How many lanes one fan-out has open at once, each with a call under way and a connection, as long as its functions
    // answer. When no lane closes before the deadline, twice as many open. So 100,000 functions that hang delay the last
    // delivery by about a second.
    private const int MaxOpen = 256;
    private static readonly TimeSpan OpenDeadline = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan OpenInterval = TimeSpan.FromMilliseconds(5);

    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<SubscriptionKey, DeliveryLane> _open = new();
    private readonly DeliveryBacklog _backlog;
    private readonly FunctionGates _gates;
    private readonly int _functionConcurrency;
    private readonly LaneContext _context;

    public DeliveryLanes(
        DeliveryBacklog backlog,
        FunctionGates gates,
        DeliveryLeases leases,
        IRouteDirectory routes,
        DeliveryAttempts attempts,
        DeliverySettlement settlement,
        WakeUps wakeUps,
        GatewayDefaults defaults,
        TimeProvider timeProvider,
        ILogger logger)
    {
        _backlog = backlog;
        _gates = gates;
        _functionConcurrency = defaults.FunctionConcurrency;
        _context = new LaneContext(leases, routes, attempts, settlement, backlog.Drain, wakeUps, _open, timeProvider, logger);
    }

    /// <summary>How many subscriptions have deliveries that are made at the moment.</summary>
    public int Count => _open.Count;

    /// <summary>Begins to read signals.</summary>
    public void Start() => _ = Task.Run(ReadSignalsAsync);

    /// <summary>Opens the lanes of many subscriptions, a bounded number at once.</summary>
    public void OpenGradually(IReadOnlyCollection<SubscriptionKey> subscriptions) => _ = Task.Run(() => OpenGraduallyAsync(subscriptions, isFanOut: false));

    /// <summary>Finds what the lane of a subscription waits for, besides due deliveries and calls of its function. Null means nothing.</summary>
    public DeliveryHold? FindHold(SubscriptionKey subscription) => _open.TryGetValue(subscription, out var lane) ? lane.FindHold() : null;

    /// <summary>Creates a lane that is not open.</summary>
    internal DeliveryLane Create(SubscriptionKey subscription, FunctionGate gate) =>
        new(subscription, gate, new RateLimiter(_context.TimeProvider), _functionConcurrency, _context);

    // Ends when the backlog is disposed of. Must not end before: no lane would open or wake again.
    private async Task ReadSignalsAsync()
    {
        await foreach (var signal in _backlog.Signals.Reader.ReadAllAsync())
        {
            if (signal.FanOut is { } subscriptions)
            {
                _ = Task.Run(() => OpenGraduallyAsync(subscriptions, isFanOut: true));
            }
            else
            {
                _backlog.Signals.Take(signal.Subscription);
                Wake(signal.Subscription);
            }
        }
    }

    // Never throws.
    private void Wake(SubscriptionKey subscription)
    {
        try
        {
            // A lane that closes at this moment removes itself before it refuses the signal.
            while (!_open.GetOrAdd(subscription, static (subscription, lanes) => lanes.Create(subscription, lanes._gates.Of(subscription.Function)), this).TrySignal())
            {
            }
        }
        catch (Exception exception)
        {
            WakeLater(subscription, exception);
        }
    }

    // Never throws.
    private void WakeLater(SubscriptionKey subscription, Exception exception)
    {
        try
        {
            _context.WakeUps.Set(subscription, _context.TimeProvider.GetUtcNow() + RetryDelay);
            _context.Logger.LogWakeFailed(exception, subscription.Space, subscription.SubscriptionId);
        }
        catch (Exception)
        {
            // Not logged, because the log may be what failed. The other lanes must wake all the same.
        }
    }

    // Never throws: the rest of the subscriptions would not be signalled.
    private async Task OpenGraduallyAsync(IReadOnlyCollection<SubscriptionKey> subscriptions, bool isFanOut)
    {
        var group = MaxOpen;
        // Lanes that others have opened do not count; they may hang.
        var limit = _open.Count + group;
        foreach (var (number, subscription) in subscriptions.Index())
        {
            // Counting locks the whole table.
            if (number % 16 == 0 && _open.Count >= limit && !await HasRoomAsync(limit))
            {
                group *= 2;
                limit = _open.Count + group;
            }

            if (_context.Drain.IsStopping)
            {
                return;
            }

            if (isFanOut)
            {
                _backlog.Signals.TakeOfFanOut(subscription);
            }

            Wake(subscription);
        }
    }

    // Returns false when the deadline has passed.
    private async ValueTask<bool> HasRoomAsync(int limit)
    {
        for (var waited = TimeSpan.Zero; waited < OpenDeadline; waited += OpenInterval)
        {
            await Task.Delay(OpenInterval, _context.TimeProvider);
            if (_open.Count < limit)
            {
                return true;
            }
        }

        return false;
    }
}
