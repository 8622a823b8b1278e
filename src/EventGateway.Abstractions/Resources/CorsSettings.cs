using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace EventGateway.Abstractions.Resources;

/// <summary>Says what a browser may do for a page of another origin (https://fetch.spec.whatwg.org/#http-cors-protocol).</summary>
public record CorsSettings
{
    private static readonly string[] DefaultOrigins = ["*"];
    private static readonly string[] DefaultMethods = ["HEAD", "GET", "POST"];
    private static readonly string[] DefaultHeaders = ["Origin", "Accept", "Content-Type"];

    /// <summary>Origins that may call; * within one stands for anything. Default: *.</summary>
    [AllowNull]
    public IReadOnlyList<string> AllowedOrigins { get; init => field = value ?? DefaultOrigins; } = DefaultOrigins;

    /// <summary>Methods that may be used. Default: HEAD, GET, POST.</summary>
    [AllowNull]
    public IReadOnlyList<string> AllowedMethods { get; init => field = value ?? DefaultMethods; } = DefaultMethods;

    /// <summary>Request headers that may be sent. Default: Origin, Accept, Content-Type.</summary>
    [AllowNull]
    public IReadOnlyList<string> AllowedHeaders { get; init => field = value ?? DefaultHeaders; } = DefaultHeaders;

    /// <summary>Whether cookies and credentials may be sent. Default: false.</summary>
    public bool AllowCredentials { get; init; }

    /// <summary>Whether pages of any origin may call: one of the allowed origins is <c>*</c>, or a scheme followed by it.</summary>
    [JsonIgnore]
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
