using EventGateway.Engine.Registry.Documents;

namespace EventGateway.Api.Config;

/// <summary>A list of CORS configurations.</summary>
/// <param name="Cors">The CORS configurations, by id.</param>
/// <param name="Cursor">Where the next page begins. Not set: there is none, or paging was not asked for.</param>
public sealed record CorsList(IReadOnlyList<CorsDocument> Cors, string? Cursor = null);
