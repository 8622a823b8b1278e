using System.Collections.Concurrent;
using EventGateway.Abstractions.Delivery;
using Microsoft.Extensions.Logging;

namespace EventGateway.Engine.Delivery.Failures;

/// <summary>Writes the series of failures in the background, the latest state of each, one at a time.</summary>
internal sealed class FailureRows(IFailureStore store, TimeProvider timeProvider, ILogger logger, CancellationToken stopping)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(10);

    // One for each subscription at most.
    private readonly ConcurrentDictionary<(string Space, string SubscriptionId), Func<(string Space, string SubscriptionId), FailingSubscription?>> _changed = new();
    private int _isWriting;

    /// <summary>Writes the state of a series soon. Returns at once.</summary>
    /// <param name="key">The subscription.</param>
    /// <param name="read">Reads the state when it is written. Null means that nothing is to be kept.</param>
    public void Write((string Space, string SubscriptionId) key, Func<(string Space, string SubscriptionId), FailingSubscription?> read)
    {
        _changed[key] = read;
        if (Interlocked.Exchange(ref _isWriting, 1) == 0)
        {
            _ = Task.Run(WriteAsync, CancellationToken.None);
        }
    }

    private async Task WriteAsync()
    {
        do
        {
            foreach (var key in _changed.Keys)
            {
                if (_changed.TryRemove(key, out var read) && !await TryWriteAsync(key, read))
                {
                    _changed.TryAdd(key, read);
                    await Task.Delay(RetryDelay, timeProvider, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
            }

            Volatile.Write(ref _isWriting, 0);
        }
        while (!_changed.IsEmpty && !stopping.IsCancellationRequested && Interlocked.Exchange(ref _isWriting, 1) == 0);
    }

    private async ValueTask<bool> TryWriteAsync(
        (string Space, string SubscriptionId) key, Func<(string Space, string SubscriptionId), FailingSubscription?> read)
    {
        try
        {
            await (read(key) is { } failing
                ? store.SaveFailingAsync(failing, stopping)
                : store.DeleteFailingAsync(key.Space, key.SubscriptionId, stopping));
            return true;
        }
        catch (Exception exception)
        {
            if (!stopping.IsCancellationRequested)
            {
                logger.LogFailureNotStored(exception, key.Space, key.SubscriptionId);
            }

            return false;
        }
    }
}
