using EventGateway.Core.Functions;

namespace EventGateway.Core.Delivery;

public sealed partial class Dispatcher
{
    /// <summary>How many functions have deliveries at the moment.</summary>
    internal int LaneCount => _lanes.Count;

    /// <summary>Whether deliveries are no longer to be made.</summary>
    internal bool IsAborted => _aborted.IsCancellationRequested;

    /// <summary>Takes a lane out that has nothing to do.</summary>
    internal void Remove(FunctionKey function, DeliveryLane lane) => _lanes.TryRemove(new(function, lane));

    /// <summary>Leases deliveries of a lane's function.</summary>
    /// <returns>How many; null where the store failed and a pause was made.</returns>
    internal async ValueTask<int?> LeaseAsync(FunctionKey function, Memory<LeasedDelivery> into)
    {
        try
        {
            return await _store.LeaseAsync(function, into, _aborted);
        }
        catch (OperationCanceledException) when (IsAborted)
        {
            return 0;
        }
        catch (Exception exception)
        {
            LogLeaseFailed(exception, function.Space, function.FunctionId);
            await Task.Delay(TimeSpan.FromSeconds(1), _timeProvider, _aborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return null;
        }
    }

    /// <summary>Makes one delivery. Never throws.</summary>
    internal async ValueTask DeliverAsync(LeasedDelivery delivery)
    {
        try
        {
            var reusable = true;
            if (_routes.Find(delivery.Space, delivery.SubscriptionId) is { } route)
            {
                _metrics.Waited(_timeProvider.GetElapsedTime(delivery.AcceptedAt));
                using var result = await _invoker.InvokeAsync(route, delivery.Payload, _aborted);
                reusable = result.Outcome != FunctionOutcome.TimedOut;
                Record(delivery, result);
            }
            else
            {
                LogUnsubscribed(delivery.Space, delivery.SubscriptionId, delivery.EventId);
                _metrics.Dropped(delivery.Space, delivery.EventType);
            }

            await _store.CompleteAsync(delivery, reusable, CancellationToken.None);
            Finish(1);
        }
        catch (OperationCanceledException) when (IsAborted)
        {
            // Abandoned at shutdown: it stays in the store, and among what the drain counts.
        }
        catch (Exception exception)
        {
            LogCompletionFailed(exception, delivery.Space, delivery.FunctionId, delivery.EventId);
            Finish(1);
        }
    }

    private void Record(LeasedDelivery delivery, FunctionResult result)
    {
        _metrics.Processed(delivery.Space, delivery.EventType);
        if (result.Outcome != FunctionOutcome.Success)
        {
            LogFailed(delivery.Space, delivery.FunctionId, delivery.EventId, result.Outcome, result.Status, result.Error);
            _metrics.Dropped(delivery.Space, delivery.EventType);
        }
    }
}
