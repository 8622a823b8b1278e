using System.Text.Json;
using EventGateway.CloudEvents.Buffers;

namespace EventGateway.CloudEvents;

/// <summary>Writes events, and converts them to the version of the format if needed.</summary>
public static class CloudEventWriter
{
    private const string MediaTypePrefix = "application/cloudevents";

    /// <summary>Writes an event.</summary>
    /// <param name="cloudEvent">The event. Its data and extensions must not point into <paramref name="buffer"/>.</param>
    /// <param name="format">The version and content mode.</param>
    /// <param name="buffer">Takes the body, after the bytes that are already written.</param>
    /// <returns>The payload. Valid until the buffer is written to again or disposed.</returns>
    public static EventPayload Write(CloudEvent cloudEvent, CloudEventFormat format, PooledBuffer buffer)
    {
        var start = buffer.WrittenCount;
        switch (format)
        {
            case CloudEventFormat.V1Binary when !PassesForAnEvent(cloudEvent.DataContentType):
                return BinaryV1Writer.Write(CloudEventConverter.ToV1(cloudEvent), buffer);
            case CloudEventFormat.V1Binary or CloudEventFormat.V1Structured:
                JsonOutput.Write(buffer, CloudEventConverter.ToV1(cloudEvent), StructuredWriter.WriteV1);
                break;
            case CloudEventFormat.V01Structured:
                JsonOutput.Write(buffer, CloudEventConverter.ToV01(cloudEvent), StructuredWriter.WriteV01);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(format), format, "Not a format.");
        }

        return new EventPayload(buffer.WrittenMemory[start..], CloudEventReader.StructuredMediaType, TraceContext.Headers(cloudEvent));
    }

    /// <summary>Writes an event in structured mode and in its own version for a store. <see cref="CloudEventReader.ReadStored"/> returns the same data, byte for byte.</summary>
    /// <param name="cloudEvent">The event. Its data and extensions must not point into <paramref name="buffer"/>.</param>
    /// <param name="buffer">Takes the body, after the bytes that are already written.</param>
    /// <returns>The payload, a valid event for functions as well. Valid until the buffer is written to again or disposed.</returns>
    public static EventPayload WriteStored(CloudEvent cloudEvent, PooledBuffer buffer)
    {
        var start = buffer.WrittenCount;
        JsonOutput.Write(buffer, (cloudEvent, buffer), StructuredWriter.WriteStored);
        return new EventPayload(buffer.WrittenMemory[start..], CloudEventReader.StructuredMediaType, TraceContext.Headers(cloudEvent));
    }

    /// <summary>Writes an event in structured mode together with its data, so that the data is written only once.</summary>
    /// <typeparam name="T">The type of the value that becomes the data.</typeparam>
    /// <param name="attributes">The event without data. It is written in its own version.</param>
    /// <param name="data">The value that becomes the data.</param>
    /// <param name="writeData">Writes the data as one JSON value. It must not keep the writer.</param>
    /// <param name="buffer">Takes the body, after the bytes that are already written.</param>
    /// <returns>The event and its payload. Both point into the buffer and are valid until it is written to again or disposed.</returns>
    public static (CloudEvent Event, EventPayload Payload) WriteWithData<T>(CloudEvent attributes, T data, Action<Utf8JsonWriter, T> writeData, PooledBuffer buffer)
    {
        ArgumentNullException.ThrowIfNull(attributes);
        ArgumentNullException.ThrowIfNull(buffer);
        var start = buffer.WrittenCount;
        var (dataStart, dataLength) = JsonOutput.Write(
            buffer,
            (attributes, buffer, data, writeData),
            static (writer, parts) => StructuredWriter.Write(writer, parts.attributes, parts.buffer, parts.data, parts.writeData));
        return (
            attributes with { Data = CloudEventData.Json(buffer.WrittenMemory.Slice(dataStart, dataLength)) },
            new EventPayload(buffer.WrittenMemory[start..], CloudEventReader.StructuredMediaType, TraceContext.Headers(attributes)));
    }

    // HTTP protocol binding, section 3: receivers recognize structured mode by such a content type, and would read the data as an event.
    private static bool PassesForAnEvent(string? dataContentType) =>
        dataContentType.AsSpan().TrimStart().StartsWith(MediaTypePrefix, StringComparison.OrdinalIgnoreCase);
}
