using EventGateway.Core.Routing;

namespace EventGateway.Core.Registry;

public sealed partial class GatewayRegistry : IRouteDirectory
{
    /// <inheritdoc/>
    public Route? Find(string space, string subscriptionId)
    {
        var state = _snapshot.Space(space);
        return state.Subscriptions.Find(subscriptionId) is { } subscription
            && state.Functions.Find(subscription.Resource.FunctionId) is { } function
            ? new Route(subscription.Resource, function.Resource)
            : null;
    }
}
