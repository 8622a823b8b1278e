namespace EventGateway.Engine.Routing;

public sealed partial class RoutingTable
{
    /// <summary>Returns why no subscription takes an event. The time does not depend on the number of subscriptions.</summary>
    /// <param name="method">The request's method.</param>
    /// <param name="path">The request's path as it was sent: escaped, without the query.</param>
    /// <param name="inBatch">Whether the event came in a batch, whose events go to async subscriptions only.</param>
    public UnmatchedReason FindReason(string method, string path, string eventType, bool inBatch = false)
    {
        if (!_types.Has(eventType))
        {
            return UnmatchedReason.NoType;
        }

        var normalized = PathText.Normalize(path);
        if (IsDisabledAt(method, normalized, eventType, inBatch))
        {
            return UnmatchedReason.Disabled;
        }

        foreach (var other in Methods.All)
        {
            if (other != method && IsTakenAt(other, normalized, eventType, inBatch))
            {
                return UnmatchedReason.NoMethod;
            }
        }

        return UnmatchedReason.NoPath;
    }

    /// <summary>Returns the methods with which a subscription takes events of a type on a path, in ordinal order.</summary>
    /// <param name="path">The request's path as it was sent: escaped, without the query.</param>
    /// <param name="inBatch">Whether only async subscriptions count.</param>
    public IReadOnlyList<string> FindMethods(string path, string eventType, bool inBatch = false)
    {
        List<string>? found = null;
        if (path.StartsWith('/') && _types.Has(eventType))
        {
            var normalized = PathText.Normalize(path);
            foreach (var method in Methods.All)
            {
                if (IsTakenAt(method, normalized, eventType, inBatch))
                {
                    (found ??= []).Add(method);
                }
            }
        }

        return found ?? (IReadOnlyList<string>)[];
    }

    private bool IsTakenAt(string method, ReadOnlySpan<char> normalized, string eventType, bool inBatch) =>
        FindAsync(_async, method, normalized, eventType).Length > 0
        || (!inBatch && FindSync(method, normalized, eventType) is { Subscription.Enabled: not false });

    private bool IsDisabledAt(string method, ReadOnlySpan<char> normalized, string eventType, bool inBatch) =>
        FindAsync(_disabled, method, normalized, eventType).Length > 0
        || (!inBatch && FindSync(method, normalized, eventType) is { Subscription.Enabled: false });
}
