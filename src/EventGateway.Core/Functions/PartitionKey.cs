using System.Text;
using System.Text.Json;
using EventGateway.Core.CloudEvents;

namespace EventGateway.Core.Functions;

/// <summary>The extension <c>partitionkey</c> of an event that is already written.</summary>
internal static class PartitionKey
{
    private const string Name = "partitionkey";
    private const string HeaderName = "ce-" + Name;
    private const int MaxDepth = 1024;

    /// <summary>Finds the key, whatever the format of the payload.</summary>
    /// <returns>The key, or null where there is none, or an empty one.</returns>
    public static string? Find(EventPayload payload)
    {
        var key = payload.ContentType == CloudEventReader.StructuredMediaType ? FindInBody(payload.Body.Span) : FindInHeaders(payload);
        return string.IsNullOrEmpty(key) ? null : key;
    }

    private static string? FindInHeaders(EventPayload payload)
    {
        if (payload.Headers is { } headers)
        {
            for (var i = 0; i < headers.Count; i++)
            {
                if (headers[i].Key == HeaderName)
                {
                    return PercentEncoding.TryDecodeHeader(headers[i].Value, out var key) ? key : headers[i].Value;
                }
            }
        }

        return null;
    }

    // 1.0 has extensions beside the attributes, 0.1 in an object of their own.
    private static string? FindInBody(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = MaxDepth });
        reader.Read();
        return FindInObject(ref reader, insideExtensions: false);
    }

    private static string? FindInObject(ref Utf8JsonReader reader, bool insideExtensions)
    {
        string? key = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isKey = reader.ValueTextEquals(Name) || (insideExtensions && IsSpelledDifferently(ref reader));
            var isExtensions = !insideExtensions && reader.ValueTextEquals("extensions"u8);
            reader.Read();
            if (isKey)
            {
                key = Text(ref reader) ?? key;
            }

            if (isExtensions && reader.TokenType == JsonTokenType.StartObject)
            {
                key = FindInObject(ref reader, insideExtensions: true) ?? key;
            }
            else
            {
                reader.Skip();
            }
        }

        return key;
    }

    // 0.1 does not ask for lower case.
    private static bool IsSpelledDifferently(ref Utf8JsonReader reader) =>
        reader.ValueSpan.Length == Name.Length && Ascii.EqualsIgnoreCase(reader.ValueSpan, Name);

    private static string? Text(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => JsonStrings.GetString(ref reader),
        JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False => Encoding.UTF8.GetString(reader.ValueSpan),
        _ => null,
    };
}
