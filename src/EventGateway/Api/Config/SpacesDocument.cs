using EventGateway.Engine.Registry.State;

namespace EventGateway.Api.Config;

/// <summary>The spaces that hold something.</summary>
/// <param name="Spaces">The spaces, by name.</param>
/// <param name="Cursor">Where the next page begins. Null when there is no next page.</param>
public sealed record SpacesDocument(IReadOnlyList<SpaceSummary> Spaces, string? Cursor = null);
