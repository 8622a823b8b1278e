using System.Text.Json;
using EventGateway.CloudEvents.Buffers;
using EventGateway.CloudEvents.Http;

namespace EventGateway.CloudEvents;

/// <summary>Writes a payload into other JSON.</summary>
public static class PayloadJson
{
    private const string Prefix = "ce-";

    /// <summary>Writes the event as one JSON object. An event in binary mode is written in structured mode.</summary>
    /// <param name="payload">The event.</param>
    public static void Write(Utf8JsonWriter writer, EventPayload payload)
    {
        if (payload.ContentType == CloudEventReader.StructuredMediaType)
        {
            writer.WriteRawValue(payload.Body.Span, skipInputValidation: true);
            return;
        }

        writer.WriteStartObject();
        foreach (var (name, value) in payload.Headers ?? [])
        {
            if (name.StartsWith(Prefix, StringComparison.Ordinal))
            {
                writer.WriteString(name[Prefix.Length..], PercentEncoding.TryDecode(value, plusIsSpace: false, out var text) ? text : value);
            }
        }

        if (payload.ContentType is { } contentType)
        {
            writer.WriteString("datacontenttype"u8, contentType);
        }

        WriteData(writer, payload);
        writer.WriteEndObject();
    }

    private static void WriteData(Utf8JsonWriter writer, EventPayload payload)
    {
        if (payload.Body.IsEmpty)
        {
            return;
        }

        var data = PayloadReader.DataOf(payload);
        if (data.Kind is CloudEventDataKind.Binary)
        {
            writer.WriteBase64String("data_base64"u8, data.Bytes.Span);
            return;
        }

        writer.WritePropertyName("data"u8);
        if (data.Kind is CloudEventDataKind.Json)
        {
            writer.WriteRawValue(data.Bytes.Span, skipInputValidation: true);
        }
        else
        {
            writer.WriteLongStringValue(data.Bytes.Span);
        }
    }
}
