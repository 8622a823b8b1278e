using EventGateway.CloudEvents;
using EventGateway.CloudEvents.Buffers;

namespace EventGateway.Engine.Delivery.Memory;

/// <summary>An event written in one format, shared by its deliveries; the last one gives the memory back.</summary>
internal sealed class EncodedEvent : IDisposable
{
    private const int AttributeBytes = 512;

    private readonly PooledBuffer _buffer;
    private int _deliveries;
    private bool _stillRead;

    /// <summary>Writes an event.</summary>
    public EncodedEvent(CloudEvent @event, CloudEventFormat format)
    {
        // A little more for large events, which would double the array for a few bytes.
        _buffer = new PooledBuffer(@event.Data.Bytes.Length + AttributeBytes + (@event.Data.Bytes.Length >> 6));
        Payload = CloudEventWriter.Write(@event, format, _buffer);
        Size = _buffer.Capacity + (sizeof(char) * CountCharacters(@event, Payload));
    }

    /// <summary>The event as it goes over the wire.</summary>
    public EventPayload Payload { get; }

    /// <summary>The memory that it holds, in bytes: the whole array from the pool, and the texts beside it.</summary>
    public int Size { get; }

    /// <summary>Adds a delivery.</summary>
    public void Retain() => Interlocked.Increment(ref _deliveries);

    /// <summary>Says whether something may still read the payload on behalf of a delivery that goes on.</summary>
    public void KeepFromReuse(bool stillRead)
    {
        if (stillRead)
        {
            Volatile.Write(ref _stillRead, true);
        }
    }

    /// <summary>Takes a delivery off.</summary>
    /// <param name="stillRead">Whether something may still read the payload on behalf of that delivery.</param>
    /// <returns>Whether it was the last.</returns>
    public bool Release(bool stillRead)
    {
        KeepFromReuse(stillRead);
        if (Interlocked.Decrement(ref _deliveries) > 0)
        {
            return false;
        }

        // What a transport may still read is left to the garbage collector.
        if (!Volatile.Read(ref _stillRead))
        {
            Dispose();
        }

        return true;
    }

    /// <summary>Gives the memory back, whoever shares it.</summary>
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
