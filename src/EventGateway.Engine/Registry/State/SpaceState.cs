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

    public SpaceSummary Summarize() => new(Name, EventTypes.Count, Functions.Count, Subscriptions.Count, Cors.Count);
}
