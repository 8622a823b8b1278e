using System.Text.Unicode;
using EventGateway.CloudEvents;

namespace EventGateway.Events;

/// <summary>Decides what the body of a request is as data: JSON, text or bytes.</summary>
internal static class EventBody
{
    /// <summary>
    /// JSON where the type says so and the body is one JSON value; text where the type names text or a form, or there is
    /// no type, and the body is UTF-8; bytes otherwise. An empty body is empty text.
    /// </summary>
    /// <param name="type">The request's media type.</param>
    /// <param name="body">The body.</param>
    /// <param name="textAsBase64">Whether text that is not a form counts as bytes, as in 0.9.</param>
    public static CloudEventData Read(MediaType type, ReadOnlyMemory<byte> body, bool textAsBase64)
    {
        if (body.IsEmpty)
        {
            return CloudEventData.Text(body);
        }

        if (type.NamesJson)
        {
            return JsonText.IsValid(body.Span) ? CloudEventData.Json(Trim(body)) : CloudEventData.Binary(body);
        }

        var isText = type.NamesForm || (!textAsBase64 && (type.IsEmpty || type.NamesText));
        return isText && Utf8.IsValid(body.Span) ? CloudEventData.Text(body) : CloudEventData.Binary(body);
    }

    private static ReadOnlyMemory<byte> Trim(ReadOnlyMemory<byte> json) => json.Trim(" \t\r\n"u8);
}
