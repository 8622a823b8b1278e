using EventGateway.Abstractions.Delivery;
using EventGateway.CloudEvents;
using EventGateway.CloudEvents.Buffers;

namespace EventGateway.Engine.Delivery;

/// <summary>The event of a delivery during one attempt. Parsed only when something needs more than the stored bytes, and then once.</summary>
internal struct StoredEvent(LeasedDelivery delivery)
{
    private CloudEvent? _event;

    /// <summary>Writes the event in a format.</summary>
    /// <param name="payload">The event as the function gets it.</param>
    /// <returns>The memory of <paramref name="payload"/>. Null when the stored bytes are sent.</returns>
    public PooledBuffer? Write(CloudEventFormat format, out EventPayload payload)
    {
        payload = delivery.Payload;
        if (format == delivery.Format || delivery.Format is CloudEventFormat.V1Binary)
        {
            return null;
        }

        var cloudEvent = Parse(out var errors) ?? throw new InvalidOperationException($"A stored event cannot be read: {string.Join("; ", errors)}");
        var buffer = new PooledBuffer(payload.Body.Length + 512);
        payload = CloudEventWriter.Write(cloudEvent, format, buffer);
        return buffer;
    }

    /// <summary>Parses the event. Returns null when it is not valid.</summary>
    public CloudEvent? Parse() => Parse(out _);

    /// <summary>Counts the hops that the event has made.</summary>
    public readonly int CountHops() => _event is null ? Replies.HopsOf(delivery.Payload) : Replies.HopsOf(_event);

    private CloudEvent? Parse(out IReadOnlyList<string> errors)
    {
        errors = [];
        if (_event is null)
        {
            var read = PayloadReader.Read(delivery.Payload);
            (_event, errors) = read.IsValid ? (read.Event, errors) : (null, read.Errors);
        }

        return _event;
    }
}
