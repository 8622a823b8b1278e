using System.Text.Unicode;

namespace EventGateway.CloudEvents;

/// <summary>The data of an event: bytes that are not parsed, and their kind (CloudEvents 1.0, "Event Data").</summary>
/// <param name="Kind">What the bytes are.</param>
/// <param name="Bytes">The bytes. Empty when <paramref name="Kind"/> is <see cref="CloudEventDataKind.None"/>.</param>
public readonly record struct CloudEventData(CloudEventDataKind Kind, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>No data.</summary>
    public static CloudEventData None => default;

    /// <summary>Returns data that is one JSON value. The caller must have checked that.</summary>
    /// <param name="bytes">The value in UTF-8.</param>
    public static CloudEventData Json(ReadOnlyMemory<byte> bytes) => new(CloudEventDataKind.Json, bytes);

    /// <summary>Returns data that is text.</summary>
    /// <param name="bytes">The text in UTF-8.</param>
    public static CloudEventData Text(ReadOnlyMemory<byte> bytes) => new(CloudEventDataKind.Text, bytes);

    /// <summary>Returns data that is neither JSON nor text.</summary>
    /// <param name="bytes">The bytes, decoded.</param>
    public static CloudEventData Binary(ReadOnlyMemory<byte> bytes) => new(CloudEventDataKind.Binary, bytes);

    /// <summary>
    /// Decides what the body of an HTTP message is: JSON when the media type names JSON and the body is one JSON value; text when
    /// the media type is missing or names text or a form, and the body is UTF-8; otherwise bytes. An empty body is empty text.
    /// </summary>
    /// <param name="type">The media type of the message.</param>
    /// <param name="textAsBinary">Whether text that is not a form counts as bytes, as in version 0.9 of the Event Gateway. Default: false.</param>
    public static CloudEventData FromBody(MediaType type, ReadOnlyMemory<byte> body, bool textAsBinary = false)
    {
        if (body.IsEmpty)
        {
            return Text(body);
        }

        if (type.NamesJson)
        {
            return JsonText.IsValid(body.Span) ? Json(body.Trim(" \t\r\n"u8)) : Binary(body);
        }

        var isText = type.NamesForm || (!textAsBinary && (type.IsEmpty || type.NamesText));
        return isText && Utf8.IsValid(body.Span) ? Text(body) : Binary(body);
    }
}
