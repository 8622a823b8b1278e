namespace EventGateway.Core.Registry;

/// <summary>What a browser's page of another origin may do at a method and path (https://fetch.spec.whatwg.org/#http-cors-protocol).</summary>
public sealed record CorsSettings
{
    /// <summary>Origins that may call; <c>*</c> within one stands for anything. Default: <c>*</c>.</summary>
    public IReadOnlyList<string> AllowedOrigins { get; init; } = ["*"];

    /// <summary>Methods that may be used. Default: HEAD, GET, POST.</summary>
    public IReadOnlyList<string> AllowedMethods { get; init; } = ["HEAD", "GET", "POST"];

    /// <summary>Request headers that may be sent. Default: Origin, Accept, Content-Type.</summary>
    public IReadOnlyList<string> AllowedHeaders { get; init; } = ["Origin", "Accept", "Content-Type"];

    /// <summary>Whether cookies and credentials may be sent. Default: they may not.</summary>
    public bool AllowCredentials { get; init; }
}
