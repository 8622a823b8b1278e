using EventGateway.Abstractions.Resources;

namespace EventGateway.Api.Config;

/// <summary>A list of CORS configurations.</summary>
/// <param name="Cors">The CORS configurations, by id.</param>
/// <param name="Cursor">Where the next page begins. Null when there is no next page, or paging was not asked for.</param>
public sealed record CorsList(IReadOnlyList<CorsConfiguration> Cors, string? Cursor = null);
