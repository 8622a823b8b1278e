namespace EventGateway.Engine.Routing;

/// <summary>How many subscriptions select an event type, once there are several. The type's name stands for a single one.</summary>
internal sealed record TypeCount(string EventType, int Number)
{
    /// <summary>Returns whether a subscription selects an event type.</summary>
    /// <param name="types">A <see cref="HashTrie"/> of names and <see cref="TypeCount"/>.</param>
    public static bool Has(object? types, string eventType) => HashTrie.Find(types, new TypeKey(eventType)) is not null;

    /// <summary>The counts after an event type has got or lost a subscription.</summary>
    /// <param name="change">1 when it has got one, -1 when it has lost one.</param>
    public static object? Count(object? types, string eventType, int change)
    {
        var key = new TypeKey(eventType);
        var number = HashTrie.Find(types, key) switch { null => 0, TypeCount several => several.Number, _ => 1 } + change;
        return number switch
        {
            0 => HashTrie.Remove(types, key),
            1 => HashTrie.Set(types, key, eventType),
            _ => HashTrie.Set(types, key, new TypeCount(eventType, number)),
        };
    }

    private static string NameOf(object item) => item as string ?? ((TypeCount)item).EventType;

    private readonly struct TypeKey(string eventType) : ITrieKey<TypeKey>
    {
        public int Hash => eventType.GetHashCode(StringComparison.Ordinal);

        public int HashOf(object item) => NameOf(item).GetHashCode(StringComparison.Ordinal);

        public bool IsKeyOf(object item) => NameOf(item) == eventType;
    }
}
