using System.Buffers;
using System.Text;
using System.Text.Json;

namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>Texts in one column or parameter, as a JSON array.</summary>
internal static class TextList
{
    /// <summary>Writes texts.</summary>
    public static string Write(IEnumerable<string> texts)
    {
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartArray();
            foreach (var text in texts)
            {
                writer.WriteStringValue(text);
            }

            writer.WriteEndArray();
        }

        return Encoding.UTF8.GetString(json.WrittenSpan);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static IReadOnlyList<string> Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        return [.. document.RootElement.EnumerateArray().Select(text => text.GetString()!)];
    }
}
