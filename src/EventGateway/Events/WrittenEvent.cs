using EventGateway.CloudEvents;
using EventGateway.CloudEvents.Buffers;

namespace EventGateway.Events;

/// <summary>An event that was made from a request, and the payload that was written with it.</summary>
internal sealed class WrittenEvent(CloudEvent cloudEvent, EventPayload payload, PooledBuffer buffer) : IDisposable
{
    /// <summary>The event. Its data points into the payload.</summary>
    public CloudEvent Event => cloudEvent;

    /// <summary>The event as it is sent.</summary>
    public EventPayload Payload => payload;

    /// <summary>Whether a transport may still read the payload. Its memory is then not reused.</summary>
    public bool IsStillRead { get; set; }

    /// <summary>Returns whether the payload is that of an event in a format.</summary>
    public bool Fits(CloudEvent needed, CloudEventFormat format) =>
        ReferenceEquals(needed, cloudEvent)
        && format == (cloudEvent.SpecVersion == SpecVersion.V1 ? CloudEventFormat.V1Structured : CloudEventFormat.V01Structured);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!IsStillRead)
        {
            buffer.Dispose();
        }
    }
}
