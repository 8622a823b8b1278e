namespace EventGateway.Engine.Routing;

/// <summary>The paths of one event type and method, once there are several.</summary>
internal sealed record SyncPaths(string Method, string EventType, object Tree);

/// <summary>Finds the sync paths of a method and event type: a single <see cref="RouteEntry"/>, or <see cref="SyncPaths"/>.</summary>
internal readonly struct SyncKey(string method, string eventType) : ITrieKey<SyncKey>
{
    public int Hash => HashCode.Combine(method, eventType);

    public int HashOf(object item)
    {
        var (itsMethod, itsType) = Parts(item);
        return new SyncKey(itsMethod, itsType).Hash;
    }

    public bool IsKeyOf(object item)
    {
        var (itsMethod, itsType) = Parts(item);
        return eventType == itsType && method == itsMethod;
    }

    /// <summary>The path tree of an item.</summary>
    public static object? TreeOf(object? item) => item is SyncPaths paths ? paths.Tree : item;

    /// <summary>The item of a path tree that is not empty.</summary>
    public object ItemOf(object tree) => tree is RouteEntry ? tree : new SyncPaths(method, eventType, tree);

    private static (string Method, string EventType) Parts(object item) => item is RouteEntry route
        ? (route.Subscription.Method, route.Subscription.EventType)
        : (((SyncPaths)item).Method, ((SyncPaths)item).EventType);
}
