using EventGateway.Abstractions.Resources;

namespace EventGateway.Api.Config;

/// <summary>A list of functions.</summary>
/// <param name="Functions">The functions, by id.</param>
/// <param name="Cursor">Where the next page begins. Null when there is no next page, or paging was not asked for.</param>
public sealed record FunctionList(IReadOnlyList<Function> Functions, string? Cursor = null);
