namespace EventGateway.Core.Routing;

/// <summary>Finds the route of a subscription as it is configured now.</summary>
public interface IRouteDirectory
{
    /// <summary>Finds a route.</summary>
    /// <param name="space">The space.</param>
    /// <param name="subscriptionId">The subscription's id in the space.</param>
    /// <returns>The subscription with its function, or null where either is no longer there.</returns>
    Route? Find(string space, string subscriptionId);
}
