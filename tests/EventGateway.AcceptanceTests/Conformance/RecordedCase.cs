using System.Text;
using System.Text.Json;
using EventGateway.AcceptanceTests.Harness;

namespace EventGateway.AcceptanceTests.Conformance;

/// <summary>A recorded request with its response and the calls of functions that it caused.</summary>
internal sealed record RecordedCase
{
    /// <summary>The unique name.</summary>
    public required string Name { get; init; }

    /// <summary>The API: <c>config</c> or <c>events</c>.</summary>
    public required string Api { get; init; }

    public required RecordedRequest Request { get; init; }

    public required RecordedResponse Response { get; init; }

    /// <summary>The calls of functions. The order between functions is not defined.</summary>
    public required IReadOnlyList<RecordedCall> Delivered { get; init; }
}

/// <summary>A recorded request.</summary>
internal sealed record RecordedRequest
{
    public required string Method { get; init; }

    /// <summary>The path, as it was sent.</summary>
    public required string Path { get; init; }

    public required IReadOnlyDictionary<string, JsonElement> Headers { get; init; }

    public string? Body { get; init; }

    public byte[]? BodyBase64 { get; init; }

    public bool Chunked { get; init; }

    /// <summary>Returns the request to send.</summary>
    public RawRequest ToRaw() => new(Method, Path)
    {
        Headers = [.. Headers.SelectMany(h => RecordedHeader.Values(h.Value).Select(v => new HttpField(h.Key, v)))],
        Body = BodyBase64 ?? (Body is null ? null : Encoding.UTF8.GetBytes(Body)),
        Chunked = Chunked,
    };
}

/// <summary>A recorded response.</summary>
internal sealed record RecordedResponse
{
    /// <summary>The status, or 0 when the server closed the connection without an answer.</summary>
    public required int Status { get; init; }

    /// <summary>The headers that are part of the contract.</summary>
    public required IReadOnlyDictionary<string, JsonElement> Headers { get; init; }

    /// <summary>The other headers.</summary>
    public IReadOnlyDictionary<string, JsonElement>? OtherHeaders { get; init; }

    /// <summary>The body as a string. For metrics, an object that describes them.</summary>
    public required JsonElement Body { get; init; }
}

/// <summary>A recorded call of a function.</summary>
internal sealed record RecordedCall
{
    public required string Method { get; init; }

    public required string Path { get; init; }

    public required IReadOnlyDictionary<string, JsonElement> Headers { get; init; }

    public required JsonElement Body { get; init; }
}

/// <summary>A recorded header: a string, or a list of strings when the header had several lines.</summary>
internal static class RecordedHeader
{
    /// <summary>Returns the value of each line.</summary>
    public static IEnumerable<string> Values(JsonElement value) =>
        value.ValueKind is JsonValueKind.Array ? value.EnumerateArray().Select(v => v.GetString()!) : [value.GetString()!];
}
