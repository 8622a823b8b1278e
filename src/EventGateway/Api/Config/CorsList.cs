using EventGateway.Abstractions.Resources;

namespace EventGateway.Api.Config;

/// <summary>A list of CORS configurations.</summary>
/// <param name="Cors">The CORS configurations, by id.</param>
/// <param name="Cursor">The cursor of the next page. Null on the last page, and without paging.</param>
internal sealed record CorsList(IReadOnlyList<CorsConfiguration> Cors, string? Cursor = null);
