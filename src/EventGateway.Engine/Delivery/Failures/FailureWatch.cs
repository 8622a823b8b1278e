using System.Collections.Concurrent;
using System.Globalization;
using System.Xml;
using EventGateway.Abstractions;
using EventGateway.Abstractions.Delivery;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Resources;
using EventGateway.Engine.Registry.Reading;
using EventGateway.Engine.Routing;
using EventGateway.Engine.Subscriptions;
using Microsoft.Extensions.Logging;

namespace EventGateway.Engine.Delivery.Failures;

/// <summary>
/// Disables subscriptions with <see cref="DeliverySettings.DisableAfter"/> when all of their attempts have failed for so long, and
/// warns before. The time is looked at when an attempt fails, so a subscription without attempts is never disabled.
/// </summary>
/// <param name="routes">Disables subscriptions.</param>
/// <param name="store">Keeps the series. Null means that a restart forgets them.</param>
/// <param name="observer">Observes the subscriptions. Null means no observer.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="logger">Logs warnings.</param>
/// <param name="stopping">Cancelled when nothing is written any more.</param>
internal sealed class FailureWatch(
    IRouteDirectory routes, IFailureStore? store, ISubscriptionObserver? observer, SteadyTimeProvider timeProvider, ILogger logger, CancellationToken stopping)
{
    // One for each subscription that has the setting and fails.
    private readonly ConcurrentDictionary<(string Space, string SubscriptionId), FailureSeries> _series = new();

    // Nothing was tried before, whatever waited.
    private readonly DateTimeOffset _start = timeProvider.GetUtcNow();

    private readonly FailureRows? _rows = store is null ? null : new FailureRows(store, timeProvider, logger, stopping);

    /// <summary>Reads the series that were stored before the start.</summary>
    public async ValueTask LoadAsync(CancellationToken cancellationToken)
    {
        if (store is null)
        {
            return;
        }

        try
        {
            var (now, ahead) = (timeProvider.GetUtcNow(), timeProvider.ClockAhead);
            foreach (var failing in await store.ListFailingAsync(cancellationToken))
            {
                _series[(failing.Space, failing.SubscriptionId)] =
                    new FailureSeries(Earlier(failing.Since - ahead, now), Earlier(failing.LastFailure - ahead, now), failing.Stage);
            }
        }
        catch (IOException exception)
        {
            logger.LogFailuresNotRead(exception);
        }
    }

    /// <summary>Notes the end of an attempt of a subscription that has the setting.</summary>
    /// <param name="subscription">The subscription.</param>
    /// <param name="result">The result of the call.</param>
    /// <param name="attempt">The record of the attempt. Null when there is none.</param>
    /// <param name="accepted">When its event was accepted, by the steady clock.</param>
    public ValueTask NoteAsync(Subscription subscription, FunctionResult result, DeliveryAttempt? attempt, DateTimeOffset accepted)
    {
        var key = (subscription.Space, subscription.SubscriptionId);
        if (result.Outcome is FunctionOutcome.Success)
        {
            // Most have no series, and a look takes no lock.
            if (_series.ContainsKey(key) && _series.TryRemove(key, out var ended))
            {
                End(subscription, ended);
            }

            return ValueTask.CompletedTask;
        }

        // These say nothing about the function, or disable the subscription at once.
        if (result.Outcome is FunctionOutcome.Refused or FunctionOutcome.Gone || subscription.Delivery?.DisableAfter is not { } limit)
        {
            return ValueTask.CompletedTask;
        }

        var now = timeProvider.GetUtcNow();
        var series = _series.GetOrAdd(key, static (_, now) => new FailureSeries(now, now, FailureStage.Begun), now);
        var waiting = accepted > _start ? accepted : _start;
        var reached = series.Add(now, waiting, limit, MaxPause(subscription.Delivery, limit), out var mustStore);
        if (mustStore)
        {
            Store(key);
        }

        switch (reached)
        {
            case FailureStage.Half or FailureStage.ThreeQuarters:
                Warn(subscription, series, reached is FailureStage.Half ? 50 : 75, limit, result, attempt);
                break;
            case FailureStage.Over:
                return DisableAsync(subscription, series, limit, result, attempt);
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Forgets the failures of the subscriptions of a function, because it was changed. Their count begins anew.</summary>
    public void Forget(FunctionKey function)
    {
        foreach (var ((space, subscriptionId), _) in _series)
        {
            if (space == function.Space && routes.Find(space, subscriptionId, function.FunctionId)?.Subscription.FunctionId == function.FunctionId)
            {
                Forget(space, subscriptionId);
            }
        }
    }

    /// <summary>Forgets the failures of a subscription that was deleted or changed. Their count begins anew.</summary>
    public void Forget(string space, string subscriptionId)
    {
        if (_series.TryRemove((space, subscriptionId), out var series) && series.Read().Stage > FailureStage.Begun)
        {
            Store((space, subscriptionId));
        }
    }

    // Another event may wait for its retry for so long, and that is no pause.
    private static TimeSpan MaxPause(DeliverySettings settings, TimeSpan limit)
    {
        var wait = DeliveryDefaults.MaxDelayOf(settings);
        return wait > limit / 2 ? wait : limit / 2;
    }

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    private void End(Subscription subscription, FailureSeries series)
    {
        var (since, _, stage) = series.Read();
        if (stage > FailureStage.Begun)
        {
            Store((subscription.Space, subscription.SubscriptionId));
        }

        if (stage >= FailureStage.Half)
        {
            logger.LogRecovered(subscription.Space, subscription.SubscriptionId, subscription.FunctionId, WallOf(since));
            observer?.Recovered(subscription, WallOf(since));
        }
    }

    private void Warn(Subscription subscription, FailureSeries series, int percent, TimeSpan limit, FunctionResult result, DeliveryAttempt? attempt)
    {
        var since = WallOf(series.Read().Since);
        logger.LogFailing(
            subscription.Space, subscription.SubscriptionId, subscription.FunctionId, since, percent, XmlConvert.ToString(limit), result.Error);
        var reason = $"Every attempt has failed since {Text(since)}. The last one: {result.Error}";
        observer?.Failing(subscription, new FailureReport(reason, since, attempt));
    }

    private async ValueTask DisableAsync(
        Subscription subscription, FailureSeries series, TimeSpan limit, FunctionResult result, DeliveryAttempt? attempt)
    {
        var (space, id) = (subscription.Space, subscription.SubscriptionId);
        var since = WallOf(series.Read().Since);
        var reason = $"Every attempt has failed since {Text(since)}, for {XmlConvert.ToString(limit)} or longer. The last one: {result.Error}";
        var isDisabled = false;
        Exception? failure = null;
        try
        {
            isDisabled = await routes.DisableAsync(space, id, reason, stopping);
        }
        catch (Exception exception)
        {
            // The attempt has ended as it has, whatever becomes of the subscription.
            failure = exception;
        }

        var current = routes.Find(space, id, subscription.FunctionId)?.Subscription;
        if (!isDisabled && current is { Enabled: not false })
        {
            series.TryAgain();
            if (!stopping.IsCancellationRequested)
            {
                logger.LogNotDisabled(failure, space, id, XmlConvert.ToString(limit));
            }

            return;
        }

        Forget(space, id);
        if (isDisabled)
        {
            logger.LogDisabled(space, id, subscription.FunctionId, since, XmlConvert.ToString(limit), result.Error);
            observer?.Disabled(current ?? subscription, new FailureReport(reason, since, attempt));
        }
    }

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private DateTimeOffset WallOf(DateTimeOffset steady) => steady + timeProvider.ClockAhead;

    private void Store((string Space, string SubscriptionId) key) => _rows?.Write(key, Record);

    private FailingSubscription? Record((string Space, string SubscriptionId) key) =>
        _series.TryGetValue(key, out var series) && series.Read() is { Stage: > FailureStage.Begun } state
            ? new FailingSubscription(key.Space, key.SubscriptionId, WallOf(state.Since), WallOf(state.Last), state.Stage)
            : null;
}
