using System.Collections.Concurrent;
using EventGateway.Abstractions.Config;
using EventGateway.Abstractions.Resources;
using EventGateway.Engine.Routing;

namespace EventGateway.Tests.Engine.Registry;

/// <summary>Records what a registry tells, and says what is left of deletions.</summary>
internal sealed class RecordingObserver : IRouteObserver
{
    public ConcurrentQueue<ChangedRoutes> Routed { get; } = new();

    public List<IReadOnlyList<SubscriptionDeletion>> Calls { get; } = [];

    /// <summary>What is left of a deletion. Null: nothing.</summary>
    public Func<SubscriptionDeletion, SubscriptionDeletion?> Left { get; set; } = _ => null;

    public void OnRouted(ChangedRoutes changed) => Routed.Enqueue(changed);

    public ConcurrentQueue<(object? Before, object Now)> Changed { get; } = new();

    public void OnChanged(Function? before, Function now) => Changed.Enqueue((before, now));

    public void OnChanged(Subscription before, Subscription now) => Changed.Enqueue((before, now));

    public void OnDeleting(Subscription subscription)
    {
    }

    public ValueTask<IReadOnlyList<SubscriptionDeletion>> OnDeletedAsync(
        IReadOnlyList<SubscriptionDeletion> deletions, CancellationToken cancellationToken)
    {
        Calls.Add(deletions);
        return ValueTask.FromResult<IReadOnlyList<SubscriptionDeletion>>([.. deletions.Select(Left).OfType<SubscriptionDeletion>()]);
    }
}
