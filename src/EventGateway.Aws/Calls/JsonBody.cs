using System.Buffers;
using System.Text.Json;

namespace EventGateway.Aws.Calls;

/// <summary>Writes the bodies of the services' JSON protocol.</summary>
internal static class JsonBody
{
    /// <summary>Their media type.</summary>
    public const string MediaType = "application/x-amz-json-1.1";

    /// <summary>Writes an object.</summary>
    /// <param name="value">What is written.</param>
    /// <param name="writeFields">Writes the object's fields.</param>
    public static byte[] Write<T>(T value, Action<Utf8JsonWriter, T> writeFields)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            writeFields(json, value);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
