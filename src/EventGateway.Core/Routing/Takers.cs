using EventGateway.Core.Registry;

namespace EventGateway.Core.Routing;

/// <summary>The enabled subscriptions of one method and path, of any event type, by space. Immutable.</summary>
/// <param name="Method">The method.</param>
/// <param name="Pattern">The path, as <see cref="PathPattern.Of"/> writes it.</param>
/// <param name="Spaces">A <see cref="HashTrie"/> that has a <see cref="Subscription"/> or <see cref="SpaceTakers"/> for each space.</param>
internal sealed record Takers(string Method, string Pattern, object Spaces) : IPathEntry
{
    PathEntryKey IPathEntry.Key => KeyOf(Pattern);

    /// <summary>The key of an entry. Patterns that differ only in the names of parameters share a place of a path tree.</summary>
    public static PathEntryKey KeyOf(string pattern) => new(0, string.Empty, pattern);

    /// <summary>The takers with a subscription, in place of the one with its id.</summary>
    /// <param name="takers">The takers before. Null means none.</param>
    /// <param name="pattern">The subscription's path.</param>
    /// <param name="subscription">The subscription.</param>
    public static Takers With(Takers? takers, string pattern, Subscription subscription)
    {
        var space = new SpaceKey(subscription.Space);
        var there = SpaceKey.SubscriptionsOf(HashTrie.Find(takers?.Spaces, space));
        var subscriptions = HashTrie.Set(there, new IdKey(subscription.SubscriptionId), subscription);
        return new Takers(subscription.Method, pattern, HashTrie.Set(takers?.Spaces, space, space.ItemOf(subscriptions)));
    }

    /// <summary>The takers without a subscription; these takers when they do not have it, and null when none are left.</summary>
    public Takers? Without(Subscription subscription)
    {
        var space = new SpaceKey(subscription.Space);
        var before = SpaceKey.SubscriptionsOf(HashTrie.Find(Spaces, space));
        var after = HashTrie.Remove(before, new IdKey(subscription.SubscriptionId));
        if (ReferenceEquals(before, after))
        {
            return this;
        }

        var spaces = after is null ? HashTrie.Remove(Spaces, space) : HashTrie.Set(Spaces, space, space.ItemOf(after));
        return spaces is null ? null : this with { Spaces = spaces };
    }

    /// <summary>Adds the spaces to a list.</summary>
    public void CopySpacesTo(List<string> spaces)
    {
        var items = new List<object>();
        HashTrie.CopyTo(Spaces, items);
        items.ForEach(item => spaces.Add(SpaceKey.SpaceOf(item)));
    }

    private readonly struct SpaceKey(string space) : ITrieKey<SpaceKey>
    {
        public int Hash => space.GetHashCode(StringComparison.Ordinal);

        public static string SpaceOf(object item) => item is Subscription one ? one.Space : ((SpaceTakers)item).Space;

        public static object? SubscriptionsOf(object? item) => item is SpaceTakers several ? several.Subscriptions : item;

        public object ItemOf(object subscriptions) => subscriptions is Subscription ? subscriptions : new SpaceTakers(space, subscriptions);

        public int HashOf(object item) => SpaceOf(item).GetHashCode(StringComparison.Ordinal);

        public bool IsKeyOf(object item) => SpaceOf(item) == space;
    }

    private readonly struct IdKey(string id) : ITrieKey<IdKey>
    {
        public int Hash => id.GetHashCode(StringComparison.Ordinal);

        public int HashOf(object item) => ((Subscription)item).SubscriptionId.GetHashCode(StringComparison.Ordinal);

        public bool IsKeyOf(object item) => ((Subscription)item).SubscriptionId == id;
    }
}

/// <summary>The subscriptions of one space among <see cref="Takers"/>, once there are several.</summary>
internal sealed record SpaceTakers(string Space, object Subscriptions);

/// <summary>Finds the <see cref="Takers"/> of a method and path.</summary>
internal readonly ref struct TakersKey(string method, ReadOnlySpan<char> path) : ITrieKey<TakersKey>
{
    private readonly ReadOnlySpan<char> _path = path;

    public int Hash => HashCode.Combine(method, string.GetHashCode(_path, StringComparison.Ordinal));

    public int HashOf(object item) => new TakersKey(((Takers)item).Method, ((Takers)item).Pattern).Hash;

    public bool IsKeyOf(object item) => method == ((Takers)item).Method && _path.SequenceEqual(((Takers)item).Pattern);
}
