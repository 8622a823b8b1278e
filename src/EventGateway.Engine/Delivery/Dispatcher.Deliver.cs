using System.Runtime.CompilerServices;
using System.Text;
using EventGateway.Abstractions.Delivery;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Resources;
using EventGateway.CloudEvents;
using EventGateway.CloudEvents.Buffers;
using EventGateway.Engine.Functions;

namespace EventGateway.Engine.Delivery;

public sealed partial class Dispatcher
{
    // How often to see whether a paused subscription is enabled again, or the rate limit of one that waits was changed.
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(2);

    // How often to see whether there is memory for more deliveries again.
    private static readonly TimeSpan LookForRoom = TimeSpan.FromMilliseconds(100);

    /// <summary>How many subscriptions wait for a time to come.</summary>
    internal int WakeUpCount => _wakeUps.Count;

    /// <summary>Whether no more deliveries are to be begun.</summary>
    internal bool IsStopping => _aborted.IsCancellationRequested || (_store.IsDurable && Volatile.Read(ref _draining));

    /// <summary>Has the lane of a subscription called at a time.</summary>
    internal void WakeAt(SubscriptionKey subscription, DateTimeOffset time) => _wakeUps.Set(subscription, time);

    /// <summary>Has the lane of a subscription called at a time, or before to see whether its limits have changed.</summary>
    internal void LookAgainAt(SubscriptionKey subscription, DateTimeOffset time)
    {
        var soon = _timeProvider.GetUtcNow() + LookAgain;
        _wakeUps.Set(subscription, time < soon ? time : soon);
    }

    /// <summary>The limits of a subscription as it is now.</summary>
    internal LaneLimits LimitsOf(SubscriptionKey key) =>
        LaneLimits.Of(_routes.Find(key.Space, key.SubscriptionId, key.FunctionId)?.Subscription.Delivery, _defaults);

    /// <summary>Leases deliveries of a lane's subscription, and has the lane called when the next is due.</summary>
    /// <returns>
    /// What was leased, the limits of the subscription as it is now, and whether there may be more; null when the lane must
    /// try again: the store failed and a pause was made, or the route has just come back.
    /// </returns>
    internal async ValueTask<(Lease Lease, LaneLimits Limits, bool MayHaveMore)?> LeaseAsync(SubscriptionKey key, Memory<LeasedDelivery> into, FunctionGate gate)
    {
        try
        {
            var subscription = _routes.Find(key.Space, key.SubscriptionId, key.FunctionId)?.Subscription;
            var limits = LaneLimits.Of(subscription?.Delivery, _defaults);
            var isHeld = subscription is null && MustHold(key);
            if (!isHeld)
            {
                Adopt(key);
            }

            if (_store.IsDurable && subscription?.Enabled is false)
            {
                _wakeUps.Set(key, _timeProvider.GetUtcNow() + LookAgain);
                return (default, limits, false);
            }

            if (_store.IsDurable)
            {
                var room = Math.Min(_defaults.LeasedBytes - Interlocked.Read(ref _leasedBytes), (_defaults.LeasedBytes / 4) - gate.LeasedBytes);
                if (room <= 0)
                {
                    _wakeUps.Set(key, _timeProvider.GetUtcNow() + LookForRoom);
                    return (default, limits, false);
                }

                into = into[..(int)Math.Clamp(room / Math.Max(1, gate.LargestLeased), 1, into.Length)];
            }

            if ((isHeld ? await LeaseOrphanedAsync(key, into) : await _store.LeaseAsync(key, into, _aborted)) is not { } lease)
            {
                return null;
            }

            CountLeased(into.Span[..lease.Count], gate);
            if (lease.NextDue is { } due)
            {
                _wakeUps.Set(key, due);
            }

            return (lease, limits, lease.Count == into.Length);
        }
        catch (OperationCanceledException) when (_aborted.IsCancellationRequested)
        {
            return (default, LaneLimits.Of(null, _defaults), false);
        }
        catch (Exception exception)
        {
            LogLeaseFailed(exception, key.Space, key.SubscriptionId);
            await Task.Delay(TimeSpan.FromSeconds(1), _timeProvider, _aborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return null;
        }
    }

    /// <summary>Logs an unexpected error of a lane's worker, and waits before the worker continues.</summary>
    internal Task PauseWorkerAsync(SubscriptionKey key, Exception exception)
    {
        LogWorkerFailed(exception, key.Space, key.SubscriptionId);
        return Task.Delay(TimeSpan.FromSeconds(1), _timeProvider, _aborted).ContinueWith(static _ => { }, TaskScheduler.Default);
    }

    private void CountLeased(ReadOnlySpan<LeasedDelivery> deliveries, FunctionGate gate)
    {
        if (_store.IsDurable)
        {
            var (bytes, largest) = (0L, 0);
            foreach (var delivery in deliveries)
            {
                bytes += delivery.Payload.Body.Length;
                largest = Math.Max(largest, delivery.Payload.Body.Length);
            }

            gate.LargestLeased = Math.Max(largest, gate.LargestLeased / 2);

            Interlocked.Add(ref _leasedBytes, bytes);
            gate.CountLeased(bytes);
        }
    }

    private void ForgetLeased(LeasedDelivery delivery, FunctionGate gate)
    {
        if (_store.IsDurable)
        {
            Interlocked.Add(ref _leasedBytes, -delivery.Payload.Body.Length);
            gate.CountLeased(-delivery.Payload.Body.Length);
        }
    }

    /// <summary>Makes one delivery. Never throws.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    internal async ValueTask DeliverAsync(LeasedDelivery delivery, FunctionGate gate)
    {
        if (_store.IsDurable)
        {
            Interlocked.Increment(ref _unfinished);
        }

        DeliveryVerdict verdict;
        bool? healthy = null;
        try
        {
            (verdict, healthy) = await AttemptAsync(delivery);
            if (verdict.Fate is DeliveryFate.DeadLettered)
            {
                verdict = await HandOnAsync(delivery, verdict);
            }
        }
        catch (OperationCanceledException) when (_aborted.IsCancellationRequested)
        {
            // Abandoned at shutdown: it stays in the store, and among what the drain of a memory store counts.
            Finish(_store.IsDurable ? 1 : 0);
            return;
        }
        catch (Exception exception)
        {
            LogDeliveryBroken(exception, delivery.Subscription.Space, delivery.Subscription.FunctionId, delivery.EventId);
            verdict = Judge(delivery, settings: null, new FunctionResult(FunctionOutcome.Retryable) { Error = exception.Message }, attempt: null);
        }
        finally
        {
            ForgetLeased(delivery, gate);
            gate.Leave(healthy);
        }

        await CompleteAsync(delivery, verdict);
    }

    private async ValueTask CompleteAsync(LeasedDelivery delivery, DeliveryVerdict verdict)
    {
        try
        {
            await _store.CompleteAsync(delivery, verdict, CancellationToken.None);
        }
        catch (Exception exception)
        {
            LogCompletionFailed(exception, delivery.Subscription.Space, delivery.Subscription.FunctionId, delivery.EventId);
        }

        if (verdict.RetryAt is { } due)
        {
            _wakeUps.Set(delivery.Subscription, due);
        }
        else if (verdict.Fate is DeliveryFate.DeadLettered)
        {
            _metrics.DeadLettered(delivery.Subscription.Space);
        }
        else if (verdict.Fate is DeliveryFate.Dropped && !(delivery.IsDropped && _store.IsDurable))
        {
            // A durable store has counted leased ones with those that waited.
            _metrics.Dropped(delivery.Subscription.Space, delivery.EventType);
        }

        Finish(verdict.RetryAt is null || _store.IsDurable ? 1 : 0);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<(DeliveryVerdict Verdict, bool? Healthy)> AttemptAsync(LeasedDelivery delivery)
    {
        if (delivery.IsDamaged)
        {
            return (new DeliveryVerdict(DeliveryFate.DeadLettered) { Reason = "The stored event is damaged." }, null);
        }

        var subscription = delivery.Subscription;
        if (delivery.IsDropped)
        {
            return (new DeliveryVerdict(DeliveryFate.Dropped), null);
        }

        if (_routes.Find(subscription.Space, subscription.SubscriptionId, subscription.FunctionId) is not { } route)
        {
            return (JudgeOrphaned(delivery), null);
        }

        var begin = _timeProvider.GetUtcNow();
        if (delivery.Attempts == 0)
        {
            _metrics.Waited(begin - delivery.AcceptedSteadily);
        }

        // Not given back where the call is cut off, since a transport may still read it.
        var converted = Convert(delivery, route, out var payload);
        using var result = await _invoker.InvokeAsync(route, new Invocation(delivery.EventId, delivery.EventType, payload) { WantsOutcomeOnly = route.Subscription.Reply is not true }, CancellationToken.None, _aborted);
        if (!result.PayloadStillRead)
        {
            converted?.Dispose();
        }

        _metrics.Processed(subscription.Space, delivery.EventType);
        _metrics.Attempted(subscription.Space, result.Outcome);
        if (result.Outcome is FunctionOutcome.Success)
        {
            _metrics.Delivered(_timeProvider.GetUtcNow() - delivery.AcceptedSteadily);
            if (route.Subscription.Reply is true && !await _replies.TryPublishAsync(route, delivery, result, _aborted))
            {
                var unpublished = new FunctionResult(FunctionOutcome.Retryable)
                {
                    Error = "No more deliveries could be stored, so not the function's reply either.",
                    PayloadStillRead = result.PayloadStillRead,
                };
                return (Judge(delivery, route.Subscription.Delivery, unpublished, Describe(unpublished, begin, delivery, route)), true);
            }

            return (new DeliveryVerdict(DeliveryFate.Delivered) { Attempt = Describe(result, begin, delivery, route), PayloadStillRead = result.PayloadStillRead }, true);
        }

        LogFailed(subscription.Space, subscription.FunctionId, delivery.EventId, result.Outcome, result.Status ?? (object)"none", result.Error);
        if (result.Outcome is FunctionOutcome.Gone && _store.IsDurable)
        {
            await PauseAsync(delivery);
        }

        var verdict = Judge(delivery, route.Subscription.Delivery, result, Describe(result, begin, delivery, route));
        return (verdict, result.Outcome is not (FunctionOutcome.Retryable or FunctionOutcome.TimedOut));
    }

    private DeliveryAttempt? Describe(FunctionResult result, DateTimeOffset begin, LeasedDelivery delivery, Route route) => _store.IsDurable
        ? new DeliveryAttempt(
            begin + _timeProvider.ClockAhead,
            _timeProvider.GetUtcNow() - begin,
            result.Outcome,
            result.Status,
            ErrorOf(result, delivery.Payload, route.Subscription.Delivery))
        : null;

    private static string? ErrorOf(FunctionResult result, EventPayload sent, DeliverySettings? settings)
    {
        if (result.Outcome is FunctionOutcome.Success || result.Body.IsEmpty)
        {
            return result.Error;
        }

        return KeptAnswer.Read(result, sent, settings, Invocation.BeginningBytes) is { } answer
            ? $"{result.Error} It said: {Encoding.UTF8.GetString(answer.Span)}"
            : $"{result.Error} {KeptAnswer.NotKept}";
    }

    // The subscription may ask for another format than the one that the event is stored in.
    private PooledBuffer? Convert(LeasedDelivery delivery, Route route, out EventPayload payload)
    {
        payload = delivery.Payload;
        var format = route.Subscription.Delivery?.CloudEvents ?? _defaults.CloudEventFormat;
        if (format == delivery.Format || delivery.Format is CloudEventFormat.V1Binary)
        {
            return null;
        }

        var stored = CloudEventReader.ReadStructured(payload.Body);
        if (!stored.IsValid)
        {
            throw new InvalidOperationException($"A stored event cannot be read: {string.Join("; ", stored.Errors)}");
        }

        var buffer = new PooledBuffer(payload.Body.Length + 512);
        payload = CloudEventWriter.Write(stored.Event, format, buffer);
        return buffer;
    }
}
