using EventGateway.Core.Registry;

namespace EventGateway.Core.Routing;

/// <summary>
/// Finds the spaces that take requests at a method and path when the event type is not known. Immutable: a change makes a new
/// index that shares almost everything, and a lookup does not depend on the number of event types.
/// </summary>
internal sealed class TakerIndex
{
    private readonly object? _async;
    private readonly object? _sync;
    private readonly object? _syncPaths;

    private TakerIndex(object? async, object? sync, object? syncPaths)
    {
        _async = async;
        _sync = sync;
        _syncPaths = syncPaths;
    }

    /// <summary>The index without subscriptions.</summary>
    public static TakerIndex Empty { get; } = new(null, null, null);

    /// <summary>The index with a subscription, in place of the one with its id.</summary>
    /// <param name="subscription">An enabled subscription.</param>
    /// <param name="pattern">Its path. A sync one must be well-formed.</param>
    public TakerIndex With(Subscription subscription, string pattern)
    {
        var key = new TakersKey(subscription.Method, pattern);
        return Set(subscription, key, Takers.With(Find(subscription, key), pattern, subscription));
    }

    /// <summary>The index without a subscription; this index when it does not have it.</summary>
    public TakerIndex Without(Subscription subscription, string pattern)
    {
        var key = new TakersKey(subscription.Method, pattern);
        var before = Find(subscription, key);
        var after = before?.Without(subscription);
        if (ReferenceEquals(before, after))
        {
            return this;
        }

        if (after is not null)
        {
            return Set(subscription, key, after);
        }

        if (subscription.Type is SubscriptionType.Async)
        {
            return new TakerIndex(HashTrie.Remove(_async, key), _sync, _syncPaths);
        }

        var method = new MethodKey(subscription.Method);
        var tree = PathTree.Remove(TreeOf(subscription.Method), pattern, Takers.KeyOf(pattern));
        var paths = tree is null ? HashTrie.Remove(_syncPaths, method) : HashTrie.Set(_syncPaths, method, new MethodPaths(subscription.Method, tree));
        return new TakerIndex(_async, HashTrie.Remove(_sync, key), paths);
    }

    /// <summary>The spaces whose sync subscriptions take requests or, where there are none, those whose async ones do.</summary>
    /// <param name="method">The method.</param>
    /// <param name="path">The path, normalized.</param>
    /// <returns>The spaces, in no order. One that takes the path in several ways may be there several times.</returns>
    public List<string> FindSpaces(string method, ReadOnlySpan<char> path)
    {
        var found = new List<IPathEntry>();
        PathTree.CopyMatches(TreeOf(method), path, found);
        if (found.Count == 0 && HashTrie.Find(_async, new TakersKey(method, path)) is Takers takers)
        {
            found.Add(takers);
        }

        var spaces = new List<string>();
        found.ForEach(entry => ((Takers)entry).CopySpacesTo(spaces));
        return spaces;
    }

    private Takers? Find(Subscription subscription, TakersKey key) =>
        (Takers?)HashTrie.Find(subscription.Type is SubscriptionType.Sync ? _sync : _async, key);

    private TakerIndex Set(Subscription subscription, TakersKey key, Takers takers)
    {
        if (subscription.Type is SubscriptionType.Async)
        {
            return new TakerIndex(HashTrie.Set(_async, key, takers), _sync, _syncPaths);
        }

        var paths = new MethodPaths(subscription.Method, PathTree.Add(TreeOf(subscription.Method), takers));
        return new TakerIndex(_async, HashTrie.Set(_sync, key, takers), HashTrie.Set(_syncPaths, new MethodKey(subscription.Method), paths));
    }

    private object? TreeOf(string method) => ((MethodPaths?)HashTrie.Find(_syncPaths, new MethodKey(method)))?.Tree;

    private sealed record MethodPaths(string Method, object Tree);

    private readonly struct MethodKey(string method) : ITrieKey<MethodKey>
    {
        public int Hash => method.GetHashCode(StringComparison.Ordinal);

        public int HashOf(object item) => ((MethodPaths)item).Method.GetHashCode(StringComparison.Ordinal);

        public bool IsKeyOf(object item) => ((MethodPaths)item).Method == method;
    }
}
