using System.Text;
using System.Text.Json;
using EventGateway.AcceptanceTests.Harness;

namespace EventGateway.AcceptanceTests.Conformance;

/// <summary>One recorded request, its response and the calls that functions received because of it.</summary>
internal sealed record RecordedCase
{
    /// <summary>The name, unique.</summary>
    public required string Name { get; init; }

    /// <summary><c>config</c> or <c>events</c>.</summary>
    public required string Api { get; init; }

    /// <summary>What was sent.</summary>
    public required RecordedRequest Request { get; init; }

    /// <summary>What was answered.</summary>
    public required RecordedResponse Response { get; init; }

    /// <summary>The calls of functions; no order between functions.</summary>
    public required IReadOnlyList<RecordedCall> Delivered { get; init; }
}

/// <summary>A recorded request.</summary>
internal sealed record RecordedRequest
{
    public required string Method { get; init; }

    /// <summary>Raw, as it was sent.</summary>
    public required string Path { get; init; }

    public required IReadOnlyDictionary<string, JsonElement> Headers { get; init; }

    public string? Body { get; init; }

    public byte[]? BodyBase64 { get; init; }

    public bool Chunked { get; init; }

    /// <summary>The request to send.</summary>
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
    /// <summary>The status; 0 where the server closed the connection without an answer.</summary>
    public required int Status { get; init; }

    /// <summary>The headers that matter to the contract.</summary>
    public required IReadOnlyDictionary<string, JsonElement> Headers { get; init; }

    /// <summary>The others.</summary>
    public IReadOnlyDictionary<string, JsonElement>? OtherHeaders { get; init; }

    /// <summary>A string, or for metrics an object that sums them up.</summary>
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

/// <summary>A recorded header: one string, or a list for a name that came more than once.</summary>
internal static class RecordedHeader
{
    /// <summary>The values, one a line.</summary>
    public static IEnumerable<string> Values(JsonElement value) =>
        value.ValueKind is JsonValueKind.Array ? value.EnumerateArray().Select(v => v.GetString()!) : [value.GetString()!];
}
