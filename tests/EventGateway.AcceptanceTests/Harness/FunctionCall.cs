using System.Text;
using System.Text.Json.Nodes;

namespace EventGateway.AcceptanceTests.Harness;

/// <summary>A call that a function received.</summary>
internal sealed record FunctionCall(string Method, string Path, IReadOnlyList<HttpField> Headers, byte[] Body)
{
    /// <summary>The status of the function's answer.</summary>
    public int Answer { get; init; } = 200;

    /// <summary>The thumbprint of the client certificate. Null when the caller sent none.</summary>
    public string? ClientCertificate { get; init; }

    /// <summary>The body as text.</summary>
    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>The body as JSON. In most tests it is a CloudEvent.</summary>
    public JsonNode Json => JsonNode.Parse(Body) ?? throw new InvalidOperationException("The body is JSON null.");
}
