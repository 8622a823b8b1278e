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
    /// the media type is missing or names text or a form; otherwise bytes. Text and JSON are UTF-8, or in the charset that the media
    /// type declares; they become UTF-8. A body that is not in its charset, or whose charset is unknown, is bytes. An empty body is
    /// empty text.
    /// </summary>
    /// <param name="type">The media type of the message.</param>
    /// <param name="textAsBinary">Whether text that is not a form counts as bytes, as in version 0.9 of the Event Gateway. Default: false.</param>
    public static CloudEventData FromBody(MediaType type, ReadOnlyMemory<byte> body, bool textAsBinary = false)
    {
        TryFromBody(type, body, textAsBinary, JsonDepthLimit.None, out var data);
        return data;
    }

    /// <summary>Decides what the body of an HTTP message is, see <see cref="FromBody"/>.</summary>
    /// <param name="type">The media type of the message.</param>
    /// <param name="textAsBinary">Whether text that is not a form counts as bytes.</param>
    /// <param name="limit">The maximum depth of JSON.</param>
    /// <param name="data">The data. None when the method returns false.</param>
    /// <param name="untypedIsJson">
    /// Whether a body without a media type is JSON if it can be, as in an event in binary mode (JSON format 1.0, section 3.1). Not
    /// when text counts as bytes. Default: false.
    /// </param>
    /// <returns>False when the body is JSON of more levels. It does not become another kind of data for that.</returns>
    public static bool TryFromBody(
        MediaType type, ReadOnlyMemory<byte> body, bool textAsBinary, JsonDepthLimit limit, out CloudEventData data, bool untypedIsJson = false)
    {
        data = body.IsEmpty ? Text(body) : Binary(body);
        var mayBeJson = type.NamesJson || (untypedIsJson && type.IsEmpty && !textAsBinary);
        var isText = type.NamesForm || (!textAsBinary && (type.IsEmpty || type.NamesText));
        if (body.IsEmpty || !(mayBeJson || isText) || InUtf8(type, body) is not { } utf8)
        {
            return true;
        }

        var validity = mayBeJson ? JsonText.Check(utf8.Span, limit) : JsonValidity.Invalid;
        if (validity is JsonValidity.TooDeep)
        {
            data = None;
            return false;
        }

        data = validity is JsonValidity.Valid ? Json(utf8)
            : isText && !type.NamesJson && Utf8.IsValid(utf8.Span) ? Text(utf8)
            : Binary(body);
        return true;
    }

    /// <summary>Returns whether a body is JSON of more levels than the limit.</summary>
    /// <param name="type">The media type of the message.</param>
    /// <param name="limit">The maximum depth of JSON.</param>
    public static bool IsTooDeep(MediaType type, ReadOnlyMemory<byte> body, JsonDepthLimit limit)
    {
        // Few bodies have so many brackets, and only those are read for this.
        var span = body.Span;
        return type.NamesJson
            && span.Count((byte)'{') + span.Count((byte)'[') > limit.Levels
            && !TryFromBody(type, body, textAsBinary: false, limit, out _);
    }

    /// <summary>Returns how much memory it takes at most to convert a body to UTF-8, in bytes. 0 when the body stays as it is.</summary>
    /// <param name="type">The media type of the message.</param>
    /// <param name="length">The length of the body, in bytes.</param>
    public static long MaxConversionCost(MediaType type, int length) =>
        Charset.IsUtf8(type.Charset) || !(type.NamesJson || type.NamesForm || type.NamesText) ? 0 : (long)Charset.CostPerByte * length;

    // Only the declaration decides how the bytes are read, never the bytes: most bytes are text in more than one charset.
    private static ReadOnlyMemory<byte>? InUtf8(MediaType type, ReadOnlyMemory<byte> body)
    {
        if (Charset.IsUtf8(type.Charset))
        {
            return body;
        }

        // A null array would become empty memory, also in a conditional expression.
        if (Charset.ToUtf8(type.Charset!, body.Span) is { } converted)
        {
            return new ReadOnlyMemory<byte>(converted);
        }

        return null;
    }
}
