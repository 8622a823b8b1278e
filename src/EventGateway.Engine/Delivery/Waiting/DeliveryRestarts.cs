using System.Text.Json;
using EventGateway.Abstractions.Delivery;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Resources;
using EventGateway.Engine.Functions;
using Microsoft.Extensions.Logging;

namespace EventGateway.Engine.Delivery.Waiting;

/// <summary>
/// Makes deliveries due whose wait has lost its reason, because their function or subscription was changed. Works in the background,
/// one round at a time: changes that arrive meanwhile share the next one. The failures of before the change count no more.
/// </summary>
public sealed partial class DeliveryRestarts
{
    private readonly Lock _lock = new();
    private readonly DeliveryOverview _overview;
    private readonly FunctionGates _gates;
    private readonly Dispatcher _dispatcher;
    private readonly FunctionProviders _providers;
    private readonly ILogger _logger;
    private HashSet<FunctionKey> _functions = [];
    private HashSet<(string Space, string SubscriptionId)> _subscriptions = [];
    private bool _isRunning;

    /// <summary>Creates it. No change is known.</summary>
    /// <param name="overview">Makes deliveries due.</param>
    /// <param name="gates">Have the circuit breakers.</param>
    /// <param name="dispatcher">Knows which deliveries are held.</param>
    /// <param name="providers">Know which changes of a function do not count.</param>
    /// <param name="logger">Logs failures.</param>
    public DeliveryRestarts(
        DeliveryOverview overview, FunctionGates gates, Dispatcher dispatcher, FunctionProviders providers, ILogger<DeliveryRestarts> logger)
    {
        _overview = overview;
        _gates = gates;
        _dispatcher = dispatcher;
        _providers = providers;
        _logger = new SafeLogger(logger);
    }

    /// <summary>
    /// Closes the circuit breaker of a function whose settings were changed, counts the failures of its subscriptions anew, and makes
    /// its deliveries due. Other keys for signatures do not count as a change: no wait has its reason in them. Returns at once.
    /// </summary>
    /// <param name="before">The function before. Null when there was none; then only held deliveries wait for it.</param>
    /// <param name="now">The function now.</param>
    public void OnChanged(Function? before, Function now)
    {
        ArgumentNullException.ThrowIfNull(now);
        var key = new FunctionKey(now.Space, now.FunctionId);
        if (before is not null && before.Type == now.Type && HasSameProvider(before, now))
        {
            return;
        }

        _dispatcher.ForgetFailures(key);
        if (before is null && !_dispatcher.HoldsFor(key))
        {
            return;
        }

        _gates.Reset(key);
        Add(key, null);
    }

    /// <summary>
    /// Makes the deliveries of a subscription due that was enabled, or whose waits were shortened. Counts its failures anew when it was
    /// enabled, when its <see cref="DeliverySettings.DisableAfter"/> was changed, and when it has another function. Returns at once.
    /// </summary>
    /// <param name="before">The subscription before.</param>
    /// <param name="now">The subscription now.</param>
    public void OnChanged(Subscription before, Subscription now)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(now);
        var wasEnabled = before.Enabled is false && now.Enabled is not false;
        if (wasEnabled || before.Delivery?.DisableAfter != now.Delivery?.DisableAfter || before.FunctionId != now.FunctionId)
        {
            _dispatcher.ForgetFailures(now.Space, now.SubscriptionId);
        }

        if (wasEnabled || (now.Enabled is not false && RetryPolicy.Of(now.Delivery).IsSoonerThan(RetryPolicy.Of(before.Delivery))))
        {
            Add(null, (now.Space, now.SubscriptionId));
        }
    }

    private bool HasSameProvider(Function before, Function now) =>
        before.Provider.ValueKind == now.Provider.ValueKind
        && (before.Provider.ValueKind is JsonValueKind.Undefined
            || before.Provider.GetRawText() == now.Provider.GetRawText()
            || (_providers.TryGet(now.Type, out var provider)
                && provider is ISigningFunctionProvider signing
                && signing.DifferOnlyInKeys(before.Provider, now.Provider)));

    private void Add(FunctionKey? function, (string Space, string SubscriptionId)? subscription)
    {
        lock (_lock)
        {
            if (function is { } key)
            {
                _functions.Add(key);
            }

            if (subscription is { } id)
            {
                _subscriptions.Add(id);
            }

            if (_isRunning)
            {
                return;
            }

            _isRunning = true;
        }

        _ = Task.Run(RunAsync);
    }

    // Never throws.
    private async Task RunAsync()
    {
        while (true)
        {
            HashSet<FunctionKey> functions;
            HashSet<(string Space, string SubscriptionId)> subscriptions;
            lock (_lock)
            {
                (functions, subscriptions) = (_functions, _subscriptions);
                if (functions.Count == 0 && subscriptions.Count == 0)
                {
                    _isRunning = false;
                    return;
                }

                (_functions, _subscriptions) = ([], []);
            }

            foreach (var space in functions.Select(static key => key.Space).Concat(subscriptions.Select(static id => id.Space)).Distinct(StringComparer.Ordinal))
            {
                await RestartAsync(space, key => functions.Contains(key.Function) || subscriptions.Contains((key.Space, key.SubscriptionId)));
            }
        }
    }

    private async ValueTask RestartAsync(string space, Func<SubscriptionKey, bool> selects)
    {
        try
        {
            await _overview.RetryAsync(new WaitingFilter { Space = space }, selects, CancellationToken.None);
        }
        catch (Exception exception)
        {
            LogRestartFailed(exception, space);
        }
    }

    [LoggerMessage(LogEvents.DeliveryRestartFailed, LogLevel.Warning,
        "Deliveries in space {Space} whose function or subscription was changed could not be made due now. They continue when they are due.")]
    private partial void LogRestartFailed(Exception exception, string space);
}
