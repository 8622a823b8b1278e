namespace EventGateway.Engine.Routing;

/// <summary>The parts of a request that CORS depends on, unchanged.</summary>
/// <param name="Method">The request's method.</param>
/// <param name="Origin">The <c>Origin</c> header. Null or empty when the request names no origin.</param>
/// <param name="RequestedMethod">The <c>Access-Control-Request-Method</c> header. Null or empty when the request has none.</param>
/// <param name="RequestedHeaders">The <c>Access-Control-Request-Headers</c> header, several joined by commas. Null when the request has none.</param>
public readonly record struct CorsRequest(string Method, string? Origin, string? RequestedMethod, string? RequestedHeaders)
{
    /// <summary>Whether the request asks what a later request may do. The gateway answers it without a function when there are settings.</summary>
    public bool IsPreflight => Method == "OPTIONS" && !string.IsNullOrEmpty(RequestedMethod);

    /// <summary>The method whose settings apply: the requested one of a preflight, else the request's own.</summary>
    public string SettingsMethod => IsPreflight ? RequestedMethod! : Method;

    /// <summary>The request with another <see cref="SettingsMethod"/>.</summary>
    public CorsRequest WithSettingsMethod(string method) => IsPreflight ? this with { RequestedMethod = method } : this with { Method = method };
}
