using System.Text.Json;

namespace EventGateway.Functions.Http.Settings;

/// <summary>Reads JSON that another program wrote.</summary>
internal static class JsonFile
{
    /// <summary>Reads a text of a JSON object.</summary>
    /// <returns>The text, or null where there is none.</returns>
    public static string? Text(JsonElement json, string name) =>
        json.ValueKind is JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String
            ? value.GetString()
            : null;

    /// <summary>Reads JSON.</summary>
    /// <returns>The value, of kind undefined where it is none.</returns>
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
