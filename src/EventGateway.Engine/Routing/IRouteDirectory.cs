using EventGateway.Abstractions.Resources;

namespace EventGateway.Engine.Routing;

/// <summary>The current subscriptions, for deliveries that were accepted earlier.</summary>
public interface IRouteDirectory
{
    /// <summary>Finds a route.</summary>
    /// <param name="subscriptionId">The subscription's id in the space.</param>
    /// <param name="functionId">The function to call: that of the subscription, or the one that takes its dead letters.</param>
    /// <returns>The subscription with the function. Null when either was deleted, or the subscription names another function.</returns>
    Route? Find(string space, string subscriptionId, string functionId);

    /// <summary>Returns whether a function is configured.</summary>
    /// <param name="functionId">The function's id in the space.</param>
    bool HasFunction(string space, string functionId);

    /// <summary>Disables a subscription whose function wants no more events.</summary>
    /// <param name="subscriptionId">The subscription's id in the space.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>Whether it is disabled now.</returns>
    ValueTask<bool> PauseAsync(string space, string subscriptionId, CancellationToken cancellationToken);
}
