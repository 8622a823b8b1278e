using EventGateway.Abstractions.Resources;

namespace EventGateway.Engine.Registry.State;

/// <summary>The resources of a space. Immutable.</summary>
internal sealed record SpaceState
{
    public required string Name { get; init; }

    public required SortedEntries<EventType> EventTypes { get; init; }

    public required SortedEntries<Function> Functions { get; init; }

    public required SortedEntries<Subscription> Subscriptions { get; init; }

    public required SortedEntries<CorsConfiguration> Cors { get; init; }

    /// <summary>The uses of its resources by each other.</summary>
    public SpaceUses Uses { get; init; } = SpaceUses.None;

    public bool IsEmpty => EventTypes.Count + Functions.Count + Subscriptions.Count + Cors.Count == 0;

    public static SpaceState Empty(string name) => new()
    {
        Name = name,
        EventTypes = SortedEntries<EventType>.None,
        Functions = SortedEntries<Function>.None,
        Subscriptions = SortedEntries<Subscription>.None,
        Cors = SortedEntries<CorsConfiguration>.None,
    };

    /// <summary>Finds the registered event type of an event: that of its type or, when the type is not registered, of the longest family that includes it.</summary>
    /// <param name="type">The type of the event.</param>
    /// <returns>Null when none is registered.</returns>
    public EventType? FindEventType(string type)
    {
        if (EventTypes.Find(type) is { } own)
        {
            return own.Resource;
        }

        var families = Uses.FamiliesOf(type);
        return families.MoveNext() ? EventTypes.Find(families.Current)?.Resource : null;
    }

    /// <summary>
    /// Finds the other registered or built-in event types that have events in common with one: the families that include it and, when it
    /// is a family, the types and families in it. Takes time for these only.
    /// </summary>
    public IEnumerable<string> FindOverlapping(string eventType)
    {
        var found = new List<string>();
        foreach (var family in Uses.FamiliesOf(eventType))
        {
            found.Add(family);
        }

        if (!EventTypeFamily.Is(eventType))
        {
            return found;
        }

        var prefix = EventTypeFamily.PrefixOf(eventType).ToString();
        var registered = EventTypes.StartingWith(prefix).Select(static entry => entry.Id);
        var builtIn = SystemEventTypes.All.Where(name => name.StartsWith(prefix, StringComparison.Ordinal));
        return found.Concat(builtIn).Concat(registered).Where(name => name != eventType);
    }

    public SpaceSummary Summarize() => new(Name, EventTypes.Count, Functions.Count, Subscriptions.Count, Cors.Count);
}
