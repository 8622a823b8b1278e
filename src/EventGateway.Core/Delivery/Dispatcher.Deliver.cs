using System.Runtime.CompilerServices;
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

    /// <summary>Makes one delivery. Never throws; whatever happens short of a shutdown, the delivery leaves the store.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    internal async ValueTask DeliverAsync(LeasedDelivery delivery)
    {
        var reusable = false;
        try
        {
            reusable = await CallAsync(delivery);
        }
        catch (OperationCanceledException) when (IsAborted)
        {
            // Abandoned at shutdown: it stays in the store, and among what the drain counts.
            return;
        }
        catch (Exception exception)
        {
            LogDeliveryBroken(exception, delivery.Space, delivery.FunctionId, delivery.EventId);
            _metrics.Dropped(delivery.Space, delivery.EventType);
        }

        try
        {
            await _store.CompleteAsync(delivery, reusable, CancellationToken.None);
        }
        catch (Exception exception)
        {
            LogCompletionFailed(exception, delivery.Space, delivery.FunctionId, delivery.EventId);
        }

        Finish(1);
    }

    /// <summary>Calls the function of a delivery.</summary>
    /// <returns>Whether nothing reads the payload any more.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> CallAsync(LeasedDelivery delivery)
    {
        if (_routes.Find(delivery.Space, delivery.SubscriptionId) is not { } route)
        {
            LogUnsubscribed(delivery.Space, delivery.SubscriptionId, delivery.EventId);
            _metrics.Dropped(delivery.Space, delivery.EventType);
            return true;
        }

        _metrics.Waited(_timeProvider.GetElapsedTime(delivery.AcceptedAt));
        using var result = await _invoker.InvokeAsync(route, delivery.Payload, _aborted);
        Record(delivery, result);
        return result.Outcome != FunctionOutcome.TimedOut;
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
