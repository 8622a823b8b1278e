using EventGateway.Abstractions.Resources;

namespace EventGateway.Engine.Registry.Documents;

/// <summary>A <see cref="CorsConfiguration"/> as it is stored and answered.</summary>
public sealed record CorsDocument
{
    /// <summary>The space that it belongs to; taken from the URL.</summary>
    public required string Space { get; init; }

    /// <summary>Its id: the method and the percent-encoded path. In a URL it stands as it is, without encoding it again.</summary>
    public required string CorsId { get; init; }

    /// <summary>The HTTP method.</summary>
    public required string Method { get; init; }

    /// <summary>The path; it begins with a slash.</summary>
    public required string Path { get; init; }

    /// <summary>Origins that may call; * within one stands for anything. Default: *.</summary>
    public IReadOnlyList<string>? AllowedOrigins { get; init; }

    /// <summary>Methods that may be used. Default: HEAD, GET, POST.</summary>
    public IReadOnlyList<string>? AllowedMethods { get; init; }

    /// <summary>Request headers that may be sent. Default: Origin, Accept, Content-Type.</summary>
    public IReadOnlyList<string>? AllowedHeaders { get; init; }

    /// <summary>Whether cookies and credentials may be sent. Default: false.</summary>
    public bool AllowCredentials { get; init; }

    /// <summary>Labels by which lists can be filtered. Not set: none.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }
}
