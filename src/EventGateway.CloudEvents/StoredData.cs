using System.Text;
using System.Text.Json;
using EventGateway.CloudEvents.Buffers;

namespace EventGateway.CloudEvents;

/// <summary>
/// Keeps what JSON cannot say about the data of an event that is stored in structured mode: white space around JSON data, which
/// can be part of a signature, and whether a string is text or, in 0.1, bytes. A mark, written as
/// white space after the colon, records this; the document stays valid JSON and can be sent as it is. White space after the mark
/// belongs to JSON data. A document without a mark means what JSON says.
/// </summary>
internal static class StoredData
{
    private const byte JsonMark = (byte)'\n';
    private const byte TextMark = (byte)'\t';
    private const byte BinaryMark = (byte)' ';

    /// <summary>Writes the mark of an event's data, if it needs one. The writer has written the name of the member.</summary>
    public static void WriteMark(Utf8JsonWriter writer, CloudEvent cloudEvent, PooledBuffer buffer)
    {
        if (MarkOf(cloudEvent) is { } mark)
        {
            writer.Flush();
            buffer.GetSpan(1)[0] = mark;
            buffer.Advance(1);
        }
    }

    /// <summary>Reads the data.</summary>
    /// <param name="members">The members of a stored document.</param>
    /// <param name="index">The index of the member <c>data</c>.</param>
    public static CloudEventData Read(in JsonMembers members, int index)
    {
        var raw = members.RawValueWithSpace(index);
        switch (raw.Span[0])
        {
            case JsonMark:
                return CloudEventData.Json(raw[1..]);
            case TextMark when members.StringValue(index) is { } text:
                return CloudEventData.Text(Encoding.UTF8.GetBytes(text));
            case BinaryMark when members.StringValue(index) is { } base64:
                return CloudEventData.Binary(Convert.FromBase64String(base64));
            default:
                return CloudEventData.Json(members.RawValue(index));
        }
    }

    private static byte? MarkOf(CloudEvent cloudEvent)
    {
        var data = cloudEvent.Data;
        return data.Kind switch
        {
            CloudEventDataKind.Json when JsonText.IsSpace(data.Bytes.Span[0]) || JsonText.IsSpace(data.Bytes.Span[^1]) => JsonMark,

            // With another content type, a JSON string is read as text anyway.
            CloudEventDataKind.Text when MediaType.IsJson(cloudEvent.DataContentType) => TextMark,
            CloudEventDataKind.Binary when cloudEvent.SpecVersion is SpecVersion.V01 => BinaryMark,
            _ => null,
        };
    }
}
