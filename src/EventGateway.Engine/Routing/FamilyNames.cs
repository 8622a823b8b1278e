using EventGateway.Abstractions.Resources;

namespace EventGateway.Engine.Routing;

/// <summary>A persistent set of families of event types: a <see cref="HashTrie"/> of their names, found by their prefixes. <c>null</c> is the empty set.</summary>
internal static class FamilyNames
{
    /// <summary>The set with an event type, if it is a family.</summary>
    public static object? With(object? families, string eventType) =>
        EventTypeFamily.Is(eventType) ? HashTrie.Set(families, new FamilyKey(EventTypeFamily.PrefixOf(eventType)), eventType) : families;

    /// <summary>The set without an event type.</summary>
    public static object? Without(object? families, string eventType) =>
        EventTypeFamily.Is(eventType) ? HashTrie.Remove(families, new FamilyKey(EventTypeFamily.PrefixOf(eventType))) : families;
}

/// <summary>
/// Enumerates the families of a set that include an event type, the longest first. A family that has the very name of the type is not
/// among them, so that an event whose type is sent as <c>invoice.*</c> does not select that family twice. Allocates nothing.
/// </summary>
/// <param name="families">The set, as <see cref="FamilyNames"/> makes it.</param>
/// <param name="type">The event type, or another family.</param>
internal ref struct IncludingFamilies(object? families, string type)
{
    private ReadOnlySpan<char> _prefix = families is null ? [] : EventTypeFamily.LongestPrefixOf(type);

    /// <summary>The name of the family.</summary>
    public string Current { get; private set; } = "";

    /// <summary>Begins the enumeration.</summary>
    public readonly IncludingFamilies GetEnumerator() => this;

    /// <summary>Goes to the next family. False when there are no more.</summary>
    public bool MoveNext()
    {
        while (!_prefix.IsEmpty)
        {
            var prefix = _prefix;
            _prefix = EventTypeFamily.ShorterPrefixOf(prefix);
            if (HashTrie.Find(families, new FamilyKey(prefix)) is string family && family != type)
            {
                Current = family;
                return true;
            }
        }

        return false;
    }
}

/// <summary>Finds the name of a family by its prefix.</summary>
internal readonly ref struct FamilyKey(ReadOnlySpan<char> prefix) : ITrieKey<FamilyKey>
{
    private readonly ReadOnlySpan<char> _prefix = prefix;

    public int Hash => string.GetHashCode(_prefix, StringComparison.Ordinal);

    public int HashOf(object item) => string.GetHashCode(EventTypeFamily.PrefixOf((string)item), StringComparison.Ordinal);

    public bool IsKeyOf(object item) => EventTypeFamily.PrefixOf((string)item).SequenceEqual(_prefix);
}
