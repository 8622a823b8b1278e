using System.Collections.Concurrent;
using EventGateway.Abstractions.Delivery;

namespace EventGateway.Tests.Engine.Delivery.Failures;

/// <summary>Keeps failing subscriptions in memory, and counts the writes.</summary>
internal sealed class MemoryFailureStore : IFailureStore
{
    private readonly ConcurrentDictionary<(string, string), FailingSubscription> _failing = new();
    private int _writes;

    /// <summary>How often something was written.</summary>
    public int Writes => Volatile.Read(ref _writes);

    /// <summary>What is kept.</summary>
    public IReadOnlyList<FailingSubscription> Kept => [.. _failing.Values];

    /// <summary>Thrown by the next write. Null means that it succeeds.</summary>
    public Exception? Fault { get; set; }

    public ValueTask<IReadOnlyList<FailingSubscription>> ListFailingAsync(CancellationToken cancellationToken) => ValueTask.FromResult(Kept);

    public ValueTask SaveFailingAsync(FailingSubscription failing, CancellationToken cancellationToken)
    {
        Write();
        _failing[(failing.Space, failing.SubscriptionId)] = failing;
        return ValueTask.CompletedTask;
    }

    public ValueTask DeleteFailingAsync(string space, string subscriptionId, CancellationToken cancellationToken)
    {
        Write();
        _failing.TryRemove((space, subscriptionId), out _);
        return ValueTask.CompletedTask;
    }

    private void Write()
    {
        Interlocked.Increment(ref _writes);
        if (Fault is { } fault)
        {
            Fault = null;
            throw fault;
        }
    }
}
