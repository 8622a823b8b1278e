namespace EventGateway.Abstractions.Resources;

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

    /// <summary>Whether pages of any origin may call: one of the allowed origins is <c>*</c>, or a scheme followed by it.</summary>
    public bool AllowsAnyOrigin
    {
        get
        {
            foreach (var origin in AllowedOrigins)
            {
                if (IsAny(origin))
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Whether other settings allow the same.</summary>
    public bool IsSameAs(CorsSettings other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return ReferenceEquals(this, other)
            || (AllowCredentials == other.AllowCredentials
                && AllowedOrigins.SequenceEqual(other.AllowedOrigins)
                && AllowedMethods.SequenceEqual(other.AllowedMethods)
                && AllowedHeaders.SequenceEqual(other.AllowedHeaders));
    }

    private static bool IsAny(ReadOnlySpan<char> origin) =>
        origin.EndsWith('*')
        && ("https://".AsSpan().StartsWith(origin[..^1], StringComparison.OrdinalIgnoreCase)
            || "http://".AsSpan().StartsWith(origin[..^1], StringComparison.OrdinalIgnoreCase));
}
