namespace EventGateway.Engine.Routing;

/// <summary>The CORS headers of an answer. The default value has none.</summary>
public readonly record struct CorsHeaders
{
    /// <summary>The values of <c>Vary</c>, one header line each. The array must not be changed.</summary>
    public string[]? Vary { get; init; }

    /// <summary><c>Access-Control-Allow-Origin</c>. Null means that the browser may not use the answer.</summary>
    public string? AllowOrigin { get; init; }

    /// <summary><c>Access-Control-Allow-Methods</c>. Null means no such header.</summary>
    public string? AllowMethods { get; init; }

    /// <summary><c>Access-Control-Allow-Headers</c>. Null means no such header.</summary>
    public string? AllowHeaders { get; init; }

    /// <summary>Why a preflight is refused, for the log. Null means that it is granted, or that the request is not a preflight.</summary>
    public string? Refusal { get; init; }

    /// <summary>Whether to send <c>Access-Control-Allow-Credentials: true</c>.</summary>
    public bool AllowCredentials { get; init; }
}
