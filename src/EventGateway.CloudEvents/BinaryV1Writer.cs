using System.Buffers;
using System.Text;
using EventGateway.CloudEvents.Buffers;
using EventGateway.CloudEvents.Http;

namespace EventGateway.CloudEvents;

/// <summary>Writes the binary mode of CloudEvents 1.0 (HTTP protocol binding 1.0, section 3.1): attributes as headers, data as the body.</summary>
internal static class BinaryV1Writer
{
    public static EventPayload Write(CloudEvent cloudEvent, PooledBuffer buffer)
    {
        var headers = new List<KeyValuePair<string, string>>(7 + cloudEvent.Extensions.Count)
        {
            new("ce-specversion", "1.0"),
        };
        Add(headers, "ce-id", cloudEvent.Id);
        Add(headers, "ce-source", cloudEvent.Source);
        Add(headers, "ce-type", cloudEvent.Type);
        Add(headers, "ce-time", cloudEvent.Time);
        Add(headers, "ce-subject", cloudEvent.Subject);
        Add(headers, "ce-dataschema", cloudEvent.DataSchema);
        foreach (var extension in cloudEvent.Extensions)
        {
            Add(headers, "ce-" + extension.Name, TextOf(extension.Json.Span));
        }

        // Tracing tools look for these names, not for the names of the extensions.
        if (TraceContext.Headers(cloudEvent) is { } trace)
        {
            headers.AddRange(trace);
        }

        var start = buffer.WrittenCount;

        // Without a content type, JSON is the only kind that the event itself names (JSON format 1.0, section 3.1.1).
        var contentType = cloudEvent.DataContentType ?? (cloudEvent.Data.Kind is CloudEventDataKind.Json ? "application/json" : null);
        contentType = WriteData(cloudEvent.Data, contentType, buffer);
        return new EventPayload(buffer.WrittenMemory[start..], contentType, headers);
    }

    // When the content type is not JSON, a JSON string as data stands for its text (JSON format 1.0, section 3.1). Returns the
    // content type of what was written.
    private static string? WriteData(CloudEventData data, string? contentType, PooledBuffer buffer)
    {
        var bytes = data.Bytes.Span;
        if (data.Kind == CloudEventDataKind.Json && bytes[0] == '"' && !MediaType.IsJson(contentType)
            && JsonText.Unescape(bytes) is { } text)
        {
            bytes = Encoding.UTF8.GetBytes(text);
        }

        // No bytes are text in every charset, also in an unknown one.
        if (data.Kind is not CloudEventDataKind.Binary && !bytes.IsEmpty && FindCharset(contentType) is { } charset)
        {
            if (Charset.FromUtf8(charset, bytes) is { } converted)
            {
                bytes = converted;
            }
            else
            {
                // The charset cannot hold the text, so the declaration changes and not the data.
                contentType = MediaType.WithCharset(contentType!, "utf-8");
            }
        }

        buffer.Write(bytes);
        return contentType;
    }

    // Most content types have no charset, and are not parsed.
    private static string? FindCharset(string? contentType) =>
        contentType is not null
        && contentType.Contains("charset", StringComparison.OrdinalIgnoreCase)
        && MediaType.TryParse(contentType, out var type, out _)
        && !Charset.IsUtf8(type.Charset)
            ? type.Charset
            : null;

    private static void Add(List<KeyValuePair<string, string>> headers, string name, string? value)
    {
        if (value is not null)
        {
            headers.Add(new(name, PercentEncoding.EncodeHeader(value)));
        }
    }

    private static string TextOf(ReadOnlySpan<byte> json) =>
        (json[0] == '"' ? JsonText.Unescape(json) : null) ?? Encoding.UTF8.GetString(json);
}
