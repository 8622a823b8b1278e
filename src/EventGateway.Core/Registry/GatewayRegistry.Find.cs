using EventGateway.Core.Routing;

namespace EventGateway.Core.Registry;

public sealed partial class GatewayRegistry : IRouteDirectory
{
    /// <inheritdoc/>
    public Route? Find(string space, string subscriptionId, string functionId)
    {
        var state = _snapshot.Space(space);
        return state.Subscriptions.Find(subscriptionId)?.Resource is { } subscription
            && (subscription.FunctionId == functionId || subscription.Delivery?.DeadLetterFunctionId == functionId)
            && state.Functions.Find(functionId) is { } function
            ? new Route(subscription, function.Resource)
            : null;
    }

    /// <inheritdoc/>
    public async ValueTask<bool> PauseAsync(string space, string subscriptionId, CancellationToken cancellationToken) =>
        (await Subscriptions.ChangeAsync(space, subscriptionId, static current => current with { Enabled = false }, cancellationToken)).Error is null;
}
