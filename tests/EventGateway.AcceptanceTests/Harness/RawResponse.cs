using System.Text;
using System.Text.Json.Nodes;

namespace EventGateway.AcceptanceTests.Harness;

/// <summary>A response, unchanged.</summary>
/// <param name="Status">The status, or 0 when the connection closed without an answer.</param>
/// <param name="Headers">The header lines.</param>
/// <param name="Body">The body. Empty when it is incomplete.</param>
internal sealed record RawResponse(int Status, IReadOnlyList<HttpField> Headers, byte[] Body)
{
    /// <summary>The connection closed without an answer.</summary>
    public static RawResponse None { get; } = new(0, [], []);

    /// <summary>Whether the connection closed before the body was complete.</summary>
    public bool Incomplete { get; init; }

    /// <summary>The body as text.</summary>
    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>The body as JSON.</summary>
    public JsonNode Json => JsonNode.Parse(Body) ?? throw new InvalidOperationException("The body is JSON null.");

    /// <summary>The messages of an errors body.</summary>
    public IReadOnlyList<string> Errors => [.. Json["errors"]!.AsArray().Select(e => e!["message"]!.GetValue<string>())];

    /// <summary>Returns the value of a header, or null when there is no such header.</summary>
    public string? Header(string name) => Headers.Find(name);

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Status}\n{string.Join('\n', Headers.Select(h => $"{h.Name}: {h.Value}"))}\n\n{Text}{(Incomplete ? "<cut off>" : "")}";
}
