using System.Buffers;
using System.Text.Json;
using EventGateway.CloudEvents.Buffers;

namespace EventGateway.Functions.Aws.Batching;

/// <summary>Writes the bodies of the services' JSON protocol.</summary>
internal static class JsonBody
{
    /// <summary>The media type of the bodies.</summary>
    public const string MediaType = "application/x-amz-json-1.1";

    /// <summary>Returns the approximate size of a body with these records, in bytes. The data is written as base64.</summary>
    public static int SizeOf(IReadOnlyList<BatchRecord> records)
    {
        var size = 256L;
        for (var i = 0; i < records.Count; i++)
        {
            size += (records[i].Size * 4L / 3) + 64;
        }

        return (int)Math.Min(size, Array.MaxLength);
    }

    /// <summary>Writes an object.</summary>
    /// <param name="value">The value to write.</param>
    /// <param name="size">The approximate size, in bytes.</param>
    /// <param name="writeFields">Writes the object's fields.</param>
    /// <returns>The object. It must be disposed when nothing reads it any more.</returns>
    public static PooledBuffer Write<T>(T value, int size, Action<Utf8JsonWriter, T> writeFields)
    {
        var buffer = new PooledBuffer(size);
        using (var json = new Utf8JsonWriter((IBufferWriter<byte>)buffer))
        {
            json.WriteStartObject();
            writeFields(json, value);
            json.WriteEndObject();
        }

        return buffer;
    }
}
