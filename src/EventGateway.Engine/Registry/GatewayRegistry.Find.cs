using EventGateway.Abstractions.Resources;
using EventGateway.Engine.Routing;

namespace EventGateway.Engine.Registry;

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
    public bool HasFunction(string space, string functionId) => _snapshot.Space(space).Functions.Find(functionId) is not null;

    /// <summary>Finds the registered event type that decides about the events of a type in a space.</summary>
    /// <param name="eventType">The type of the event, as it was sent.</param>
    /// <returns>The type itself or, when it is not registered, the longest family that includes it. Null when neither is registered.</returns>
    public EventType? FindEventType(string space, string eventType) => _snapshot.Space(space).FindEventType(eventType);

    /// <summary>Finds the authorizer of the events of a type: that of <see cref="FindEventType"/>.</summary>
    /// <returns>The function, or null when the events need no authorizer.</returns>
    public Function? FindAuthorizer(string space, string eventType)
    {
        var state = _snapshot.Space(space);
        return state.FindEventType(eventType)?.AuthorizerId is { } functionId
            ? state.Functions.Find(functionId)?.Resource ?? Missing(space, functionId)
            : null;
    }

    /// <summary>Whether any event type may have a window for duplicates. Must be quick: it is read for each event.</summary>
    public bool HasDedupWindows => _dedupWindow > TimeSpan.Zero || _snapshot.DedupWindows > 0;

    /// <summary>Finds how long after an event of a type a repeated one is a duplicate in a space.</summary>
    /// <returns>The window of <see cref="FindEventType"/>, or else the server's. Zero means that every event is delivered.</returns>
    public TimeSpan FindDedupWindow(string space, string eventType) =>
        FindEventType(space, eventType)?.DedupWindow ?? _dedupWindow;

    /// <summary>Describes what is close to an event that no subscription takes.</summary>
    /// <param name="reason">Why none takes it.</param>
    /// <param name="method">The request's method.</param>
    /// <param name="path">The request's path as it was sent.</param>
    /// <param name="inBatch">Whether it came in a batch, whose events go to async subscriptions only.</param>
    /// <returns>Part of a sentence, for the operator: it can name resources of any space.</returns>
    /// <remarks>Searches the whole configuration. Too slow for every event.</remarks>
    public string DescribeNear(UnmatchedReason reason, string method, string path, string eventType, bool inBatch) =>
        new NearSubscriptions(_snapshot, method, path, eventType, inBatch).Describe(reason);

    // A function that cannot be called, so that the event is refused. The authorizer is missing while not all writes of
    // another instance have arrived.
    private static Function Missing(string space, string functionId) =>
        new() { Space = space, FunctionId = functionId, Type = "missing", Provider = default };

    /// <inheritdoc/>
    public async ValueTask<bool> DisableAsync(string space, string subscriptionId, string reason, CancellationToken cancellationToken)
    {
        if (_snapshot.Space(space).Subscriptions.Find(subscriptionId) is not { Resource.Enabled: not false })
        {
            return false;
        }

        // Another write may disable it while this one waits for its turn.
        var wasEnabled = false;
        var written = await Subscriptions.ChangeAsync(
            space,
            subscriptionId,
            RevisionConditions.None,
            isChecked: false,
            current => ((wasEnabled = current.Enabled is not false) ? _subscriptions.Disable(current, reason) : current, null),
            cancellationToken);
        return wasEnabled && written.Error is null;
    }
}
