using EventGateway.Engine.Registry.Documents;

namespace EventGateway.Api.Config;

/// <summary>A list of functions.</summary>
/// <param name="Functions">The functions, by id.</param>
/// <param name="Cursor">Where the next page begins. Not set: there is none, or paging was not asked for.</param>
public sealed record FunctionList(IReadOnlyList<FunctionDocument> Functions, string? Cursor = null);
