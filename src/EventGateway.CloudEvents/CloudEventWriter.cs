using EventGateway.CloudEvents.Buffers;

namespace EventGateway.CloudEvents;

/// <summary>Writes events for functions, in another version than they came in where that is asked for.</summary>
public static class CloudEventWriter
{
    private const string MediaTypePrefix = "application/cloudevents";

    /// <summary>Writes an event.</summary>
    /// <param name="cloudEvent">The event. Its data and extensions must not lie in <paramref name="buffer"/>.</param>
    /// <param name="format">The version and content mode.</param>
    /// <param name="buffer">Where the body goes, after what is there.</param>
    /// <returns>What to send; valid until the buffer is written to again or disposed of.</returns>
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

    // HTTP binding, section 3: by such a content type receivers know structured mode, and would take the data for the event.
    private static bool PassesForAnEvent(string? dataContentType) =>
        dataContentType.AsSpan().TrimStart().StartsWith(MediaTypePrefix, StringComparison.OrdinalIgnoreCase);
}
