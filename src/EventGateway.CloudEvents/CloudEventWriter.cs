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

    // HTTP protocol binding, section 3: receivers recognize structured mode by such a content type, and would read the data as an event.
    private static bool PassesForAnEvent(string? dataContentType) =>
        dataContentType.AsSpan().TrimStart().StartsWith(MediaTypePrefix, StringComparison.OrdinalIgnoreCase);
}
