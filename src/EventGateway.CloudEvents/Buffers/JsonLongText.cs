using System.Text.Json;

namespace EventGateway.CloudEvents.Buffers;

/// <summary>Writes long texts as JSON strings.</summary>
public static class JsonLongText
{
    private const int SegmentBytes = 8 * 1024;

    /// <summary>
    /// Writes a member in segments. Written as a whole, the writer would rent a buffer of six times the length of the text, which
    /// the shared pool would then keep for each thread.
    /// </summary>
    /// <param name="name">The name of the member, in UTF-8.</param>
    /// <param name="text">The text, in UTF-8.</param>
    public static void WriteLongString(this Utf8JsonWriter writer, ReadOnlySpan<byte> name, ReadOnlySpan<byte> text)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WritePropertyName(name);
        writer.WriteLongStringValue(text);
    }

    /// <summary>Writes a value in segments, as <see cref="WriteLongString"/> does.</summary>
    /// <param name="text">The text, in UTF-8.</param>
    public static void WriteLongStringValue(this Utf8JsonWriter writer, ReadOnlySpan<byte> text)
    {
        ArgumentNullException.ThrowIfNull(writer);
        if (text.Length <= SegmentBytes)
        {
            writer.WriteStringValue(text);
            return;
        }

        for (; text.Length > SegmentBytes; text = text[SegmentBytes..])
        {
            writer.WriteStringValueSegment(text[..SegmentBytes], isFinalSegment: false);
        }

        writer.WriteStringValueSegment(text, isFinalSegment: true);
    }
}
