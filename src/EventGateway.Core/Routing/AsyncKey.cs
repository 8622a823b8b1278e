namespace EventGateway.Core.Routing;

/// <summary>Finds the <see cref="AsyncRoutes"/> of a method, normalized path and event type.</summary>
internal readonly ref struct AsyncKey(string method, ReadOnlySpan<char> path, string eventType) : ITrieKey<AsyncKey>
{
    private readonly ReadOnlySpan<char> _path = path;

    public int Hash => HashCode.Combine(method, string.GetHashCode(_path, StringComparison.Ordinal), eventType);

    public int HashOf(object item)
    {
        var route = ((AsyncRoutes)item).Any;
        return new AsyncKey(route.Subscription.Method, route.Pattern, route.Subscription.EventType).Hash;
    }

    public bool IsKeyOf(object item)
    {
        var route = ((AsyncRoutes)item).Any;
        return eventType == route.Subscription.EventType && method == route.Subscription.Method && _path.SequenceEqual(route.Pattern);
    }
}
