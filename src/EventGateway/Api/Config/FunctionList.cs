using EventGateway.Abstractions.Resources;

namespace EventGateway.Api.Config;

/// <summary>A list of functions.</summary>
/// <param name="Functions">The functions, by id.</param>
/// <param name="Cursor">The cursor of the next page. Null on the last page, and without paging.</param>
internal sealed record FunctionList(IReadOnlyList<Function> Functions, string? Cursor = null);
