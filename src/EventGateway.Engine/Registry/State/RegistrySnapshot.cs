using System.Collections.Immutable;
using EventGateway.Engine.Routing;

namespace EventGateway.Engine.Registry.State;

/// <summary>The whole configuration as of one revision.</summary>
internal sealed record RegistrySnapshot(ImmutableSortedDictionary<string, SpaceState> Spaces, RoutingTable Routes, long Revision)
{
    public static readonly RegistrySnapshot Empty =
        new(ImmutableSortedDictionary.Create<string, SpaceState>(StringComparer.Ordinal), RoutingTable.Empty, 0);

    /// <summary>How many event types have a window for duplicates, above zero.</summary>
    public int DedupWindows { get; private init; }

    public SpaceState Space(string name) => Spaces.GetValueOrDefault(name) ?? SpaceState.Empty(name);

    /// <summary>The configuration with one space replaced; a space that holds nothing is gone.</summary>
    public RegistrySnapshot With(SpaceState space) =>
        this with
        {
            Spaces = space.IsEmpty ? Spaces.Remove(space.Name) : Spaces.SetItem(space.Name, space),
            DedupWindows = DedupWindows - Space(space.Name).Uses.DedupWindows + space.Uses.DedupWindows,
        };
}
