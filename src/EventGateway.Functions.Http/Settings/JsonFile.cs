using System.Text.Json;

namespace EventGateway.Functions.Http.Settings;

/// <summary>Reads JSON that another program wrote.</summary>
internal static class JsonFile
{
    /// <summary>Returns a text of a JSON object. Null when the object has no such text.</summary>
    public static string? Text(JsonElement json, string name) =>
        json.ValueKind is JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String
            ? value.GetString()
            : null;

    /// <summary>Parses JSON. The value's kind is undefined when the text is not JSON.</summary>
    public static JsonElement Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonElement.Parse(body.Span);
        }
        catch (JsonException)
        {
            return default;
        }
    }
}
