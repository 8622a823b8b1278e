using System.Text;
using System.Text.Json;
using EventGateway.CloudEvents.Http;

namespace EventGateway.CloudEvents;

/// <summary>Finds an extension in an event that is already written.</summary>
public static class PayloadExtension
{
    private const string HeaderPrefix = "ce-";
    private const string Gateway = "eventgateway";

    /// <summary>Finds an extension in a payload of any format.</summary>
    /// <param name="payload">The event.</param>
    /// <param name="name">The name of the extension, in lower case.</param>
    /// <returns>The value as text; null when it is missing or empty.</returns>
    public static string? Find(EventPayload payload, string name)
    {
        var value = payload.ContentType == CloudEventReader.StructuredMediaType ? FindInBody(payload.Body.Span, name) : FindInHeaders(payload, name);
        return string.IsNullOrEmpty(value) ? null : value;
    }

    private static string? FindInHeaders(EventPayload payload, string name)
    {
        if (payload.Headers is { } headers)
        {
            for (var i = 0; i < headers.Count; i++)
            {
                var key = headers[i].Key;
                if (key.Length == HeaderPrefix.Length + name.Length
                    && key.StartsWith(HeaderPrefix, StringComparison.Ordinal)
                    && key.EndsWith(name, StringComparison.Ordinal))
                {
                    return PercentEncoding.TryDecodeHeader(headers[i].Value, out var value, out _) ? value : headers[i].Value;
                }
            }
        }

        return null;
    }

    // Extensions are next to the attributes in 1.0, and in the object "extensions" in 0.1. The gateway's are in a further object there.
    private static string? FindInBody(ReadOnlySpan<byte> body, string name)
    {
        var reader = new Utf8JsonReader(body, JsonText.Options(int.MaxValue));
        reader.Read();
        return FindInObject(ref reader, name, insideExtensions: false);
    }

    private static string? FindInObject(ref Utf8JsonReader reader, string name, bool insideExtensions)
    {
        string? value = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isNamed = JsonStrings.TextEquals(ref reader, name) || (insideExtensions && IsSpelledDifferently(ref reader, name));
            var isExtensions = !insideExtensions && JsonStrings.TextEquals(ref reader, "extensions");
            var isGateway = insideExtensions && name.StartsWith(Gateway, StringComparison.Ordinal) && JsonStrings.TextEquals(ref reader, Gateway);
            reader.Read();
            if (isNamed)
            {
                value = Text(ref reader) ?? value;
            }

            if ((isExtensions || isGateway) && reader.TokenType == JsonTokenType.StartObject)
            {
                value = FindInObject(ref reader, isGateway ? name[Gateway.Length..] : name, insideExtensions: true) ?? value;
            }
            else
            {
                reader.Skip();
            }
        }

        return value;
    }

    // 0.1 does not require lower case.
    private static bool IsSpelledDifferently(ref Utf8JsonReader reader, string name) =>
        reader.ValueSpan.Length == name.Length && Ascii.EqualsIgnoreCase(reader.ValueSpan, name);

    private static string? Text(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => JsonStrings.GetString(ref reader),
        JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False => Encoding.UTF8.GetString(reader.ValueSpan),
        _ => null,
    };
}
