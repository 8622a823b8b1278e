namespace EventGateway.Engine.Routing;

/// <summary>The event types that subscriptions select. Immutable.</summary>
/// <param name="Counts">How many subscriptions select each: a <see cref="HashTrie"/> of <see cref="TypeCount"/>.</param>
/// <param name="Families">The families among them, as <see cref="FamilyNames"/>. Null while there is none, so that lookups need no more than this check.</param>
internal sealed record SelectedTypes(object? Counts, object? Families)
{
    /// <summary>No subscription selects any.</summary>
    public static SelectedTypes None { get; } = new(null, null);

    /// <summary>Returns whether a subscription selects events of a type, by its name or by a family.</summary>
    public bool Has(string eventType) => TypeCount.Has(Counts, eventType) || new IncludingFamilies(Families, eventType).MoveNext();

    /// <summary>The types after one of them has got or lost a subscription.</summary>
    /// <param name="change">1 when it has got one, -1 when it has lost one.</param>
    public SelectedTypes Count(string eventType, int change)
    {
        var counts = TypeCount.Count(Counts, eventType, change);
        return new(counts, TypeCount.Has(counts, eventType) ? FamilyNames.With(Families, eventType) : FamilyNames.Without(Families, eventType));
    }
}
