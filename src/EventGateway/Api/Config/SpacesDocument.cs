using EventGateway.Engine.Registry.State;

namespace EventGateway.Api.Config;

/// <summary>The spaces that hold resources.</summary>
/// <param name="Spaces">The spaces, by name.</param>
/// <param name="Cursor">The cursor of the next page. Null on the last page.</param>
internal sealed record SpacesDocument(IReadOnlyList<SpaceSummary> Spaces, string? Cursor = null);
