namespace EventGateway.Abstractions.Resources;

/// <summary>CORS settings of a method and path, whatever subscriptions are there.</summary>
public sealed record CorsConfiguration : IResource
{
    /// <inheritdoc/>
    public required string Space { get; init; }

    /// <summary>The id: the method, then the path percent-encoded as one segment (<c>GET%2Fhello</c>).</summary>
    public required string CorsId { get; init; }

    /// <summary>The HTTP method.</summary>
    public required string Method { get; init; }

    /// <summary>The path, in the form of a sync subscription's.</summary>
    public required string Path { get; init; }

    /// <summary>What is allowed.</summary>
    public required CorsSettings Settings { get; init; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    string IResource.Id => CorsId;
}
