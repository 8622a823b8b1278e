using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EventGateway.Api.Description;

/// <summary>Reads and writes documents that people read too.</summary>
internal static class JsonText
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Returns a document as indented JSON in UTF-8.</summary>
    public static byte[] Write(JsonObject document) => JsonSerializer.SerializeToUtf8Bytes(document, Readable);

    /// <summary>Reads a file of this folder that is part of the program.</summary>
    public static JsonObject ReadFile(string name)
    {
        using var file = typeof(JsonText).Assembly.GetManifestResourceStream(typeof(JsonText), name) ?? throw new FileNotFoundException(name);
        return JsonNode.Parse(file)!.AsObject();
    }
}
