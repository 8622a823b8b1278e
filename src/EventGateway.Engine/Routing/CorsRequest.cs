namespace EventGateway.Engine.Routing;

/// <summary>What of a request bears on CORS. Every text as it was sent.</summary>
/// <param name="Method">The request's method.</param>
/// <param name="Origin">The <c>Origin</c> header. Not set or empty: the request names no origin.</param>
/// <param name="RequestedMethod">The <c>Access-Control-Request-Method</c> header. Not set or empty: there is none.</param>
/// <param name="RequestedHeaders">The <c>Access-Control-Request-Headers</c> header, several joined by commas. Not set: there is none.</param>
public readonly record struct CorsRequest(string Method, string? Origin, string? RequestedMethod, string? RequestedHeaders)
{
    /// <summary>Whether this asks what a later request may do, and is answered by the gateway alone where there are settings.</summary>
    public bool IsPreflight => Method == "OPTIONS" && !string.IsNullOrEmpty(RequestedMethod);

    /// <summary>The method whose settings apply: the requested one of a preflight, else the request's own.</summary>
    public string SettingsMethod => IsPreflight ? RequestedMethod! : Method;
}
