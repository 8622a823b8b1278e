using EventGateway.Abstractions.Resources;

namespace EventGateway.Engine.Registry.Documents;

/// <summary><see cref="CorsSettings"/> as they are stored and answered.</summary>
public sealed record CorsSettingsDocument
{
    /// <summary>Origins that may call; * within one stands for anything. Default: *.</summary>
    public IReadOnlyList<string>? AllowedOrigins { get; init; }

    /// <summary>Methods that may be used. Default: HEAD, GET, POST.</summary>
    public IReadOnlyList<string>? AllowedMethods { get; init; }

    /// <summary>Request headers that may be sent. Default: Origin, Accept, Content-Type.</summary>
    public IReadOnlyList<string>? AllowedHeaders { get; init; }

    /// <summary>Whether cookies and credentials may be sent. Default: false.</summary>
    public bool AllowCredentials { get; init; }
}
