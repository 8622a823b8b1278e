namespace EventGateway.Engine.Routing;

/// <summary>The CORS headers of an answer. The default value has none.</summary>
public readonly record struct CorsHeaders
{
    /// <summary>Names what the answer depends on: the values of <c>Vary</c>, one header line each; an array that nobody changes.</summary>
    public string[]? Vary { get; init; }

    /// <summary><c>Access-Control-Allow-Origin</c>. Not set: the browser may not use the answer.</summary>
    public string? AllowOrigin { get; init; }

    /// <summary><c>Access-Control-Allow-Methods</c>. Not set: no such header.</summary>
    public string? AllowMethods { get; init; }

    /// <summary><c>Access-Control-Allow-Headers</c>. Not set: no such header.</summary>
    public string? AllowHeaders { get; init; }

    /// <summary>Whether to send <c>Access-Control-Allow-Credentials: true</c>.</summary>
    public bool AllowCredentials { get; init; }
}
