namespace EventGateway.Engine.Routing;

/// <summary>Finds the async routes of a method and normalized path: <see cref="AsyncRoutes"/> or <see cref="AsyncPath"/>.</summary>
internal readonly ref struct AsyncKey(string method, ReadOnlySpan<char> path) : ITrieKey<AsyncKey>
{
    private readonly ReadOnlySpan<char> _path = path;

    public int Hash => HashCode.Combine(method, string.GetHashCode(_path, StringComparison.Ordinal));

    public int HashOf(object item)
    {
        var route = AsyncPath.AnyOf(item);
        return new AsyncKey(route.Subscription.Method, route.Pattern).Hash;
    }

    public bool IsKeyOf(object item)
    {
        var route = AsyncPath.AnyOf(item);
        return method == route.Subscription.Method && _path.SequenceEqual(route.Pattern);
    }
}
