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

    /// <summary>Disables a subscription.</summary>
    /// <param name="subscriptionId">The subscription's id in the space.</param>
    /// <param name="reason">Why, in words that its owner understands.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>Whether this call disabled it. False when it is disabled already or could not be disabled.</returns>
    ValueTask<bool> DisableAsync(string space, string subscriptionId, string reason, CancellationToken cancellationToken);
}
