using EventGateway.CloudEvents;
using EventGateway.CloudEvents.Buffers;

namespace EventGateway.Engine.Delivery.Memory;

/// <summary>An event written in one format, shared by its deliveries. The last delivery gives the memory back.</summary>
internal sealed class EncodedEvent : IDisposable
{
    private const int AttributeBytes = 512;

    private readonly PooledBuffer _buffer;
    private int _deliveries;
    private bool _stillRead;

    /// <summary>Writes an event.</summary>
    public EncodedEvent(CloudEvent @event, CloudEventFormat format)
    {
        // Large events get some room, because a few bytes too little would double the array.
        _buffer = new PooledBuffer(@event.Data.Bytes.Length + AttributeBytes + (@event.Data.Bytes.Length >> 6));
        Payload = format switch
        {
            CloudEventFormat.V1Structured => CloudEventWriter.WriteStored(CloudEventConverter.ToV1(@event), _buffer),
            CloudEventFormat.V01Structured => CloudEventWriter.WriteStored(CloudEventConverter.ToV01(@event), _buffer),
            _ => CloudEventWriter.Write(@event, format, _buffer),
        };
        Size = _buffer.Capacity + (sizeof(char) * CountCharacters(@event, Payload));
    }

    /// <summary>The event as the function gets it.</summary>
    public EventPayload Payload { get; }

    /// <summary>The memory that it holds, in bytes: the whole array from the pool, and the strings besides it.</summary>
    public int Size { get; }

    /// <summary>Adds a delivery.</summary>
    public void Retain() => Interlocked.Increment(ref _deliveries);

    /// <summary>Notes that a transport may still read the payload, for a delivery that is retried.</summary>
    public void KeepFromReuse(bool stillRead)
    {
        if (stillRead)
        {
            Volatile.Write(ref _stillRead, true);
        }
    }

    /// <summary>Removes a delivery.</summary>
    /// <param name="stillRead">Whether a transport may still read the payload for that delivery.</param>
    /// <returns>Whether it was the last.</returns>
    public bool Release(bool stillRead)
    {
        KeepFromReuse(stillRead);
        if (Interlocked.Decrement(ref _deliveries) > 0)
        {
            return false;
        }

        // Memory that a transport may still read must not go back to the pool. The garbage collector frees it.
        if (!Volatile.Read(ref _stillRead))
        {
            Dispose();
        }

        return true;
    }

    /// <summary>Gives the memory back, although deliveries may share it.</summary>
    public void Dispose() => _buffer.Dispose();

    private static int CountCharacters(CloudEvent @event, EventPayload payload)
    {
        var characters = @event.Id.Length + @event.Type.Length;
        if (payload.Headers is { } headers)
        {
            for (var i = 0; i < headers.Count; i++)
            {
                characters += headers[i].Key.Length + headers[i].Value.Length;
            }
        }

        return characters;
    }
}
