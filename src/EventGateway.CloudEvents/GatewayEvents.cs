using System.Buffers.Binary;

namespace EventGateway.CloudEvents;

/// <summary>Makes the events whose sender is the gateway itself.</summary>
public static class GatewayEvents
{
    /// <summary>What the types start with that only the gateway may send.</summary>
    public const string SystemTypePrefix = "eventgateway.";

    /// <summary>The source of 1.0 events.</summary>
    public const string Source = "/event-gateway";

    /// <summary>The source of 0.1 events, which 0.9 put there.</summary>
    public const string SourceV01 = "https://serverless.com/event-gateway/#transformationVersion=0.1";

    private static readonly CloudEventExtension[] FactsV1 =
    [
        new("eventgatewaytransformed", "\"true\""u8.ToArray()),
        new("eventgatewaytransformationversion", "\"0.1\""u8.ToArray()),
    ];

    private static readonly CloudEventExtension[] FactsV01 =
    [
        new("eventgateway", """{"transformed":"true","transformation-version":"0.1"}"""u8.ToArray()),
    ];

    /// <summary>Whether only the gateway itself may send events of a type.</summary>
    /// <param name="type">The event type.</param>
    public static bool IsSystemType(string type) => type.StartsWith(SystemTypePrefix, StringComparison.Ordinal);

    /// <summary>A new id, unique and in the order of time (UUID version 7).</summary>
    /// <param name="time">The clock.</param>
    public static string NewId(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        return NewId(time.GetUtcNow());
    }

    /// <summary>The version of the events that the gateway makes, which spares a conversion where functions get that version.</summary>
    /// <param name="format">The format in which functions get events by default.</param>
    public static SpecVersion VersionOf(CloudEventFormat format) =>
        format == CloudEventFormat.V01Structured ? SpecVersion.V01 : SpecVersion.V1;

    /// <summary>Makes an event with a new id, now.</summary>
    /// <param name="type">The event type.</param>
    /// <param name="data">The data.</param>
    /// <param name="dataContentType">The data's media type. Not set: JSON.</param>
    /// <param name="version">The version whose rules the extensions follow.</param>
    /// <param name="time">The clock.</param>
    public static CloudEvent Create(string type, CloudEventData data, string? dataContentType, SpecVersion version, TimeProvider time)
    {
        var now = time.GetUtcNow();
        return new CloudEvent
        {
            SpecVersion = version,
            Id = NewId(now),
            Type = type,
            Source = version == SpecVersion.V1 ? Source : SourceV01,
            Time = now.UtcDateTime.ToString("O"),
            DataContentType = dataContentType,
            Data = data,
            Extensions = version == SpecVersion.V1 ? FactsV1 : FactsV01,
        };
    }

    // RFC 9562, section 5.7. An id has to be unique, not hard to guess: this spares the system call per event that random
    // bytes from the operating system cost.
    private static string NewId(DateTimeOffset now)
    {
        Span<byte> id = stackalloc byte[16];
        Random.Shared.NextBytes(id);
        var random = BinaryPrimitives.ReadInt64BigEndian(id) & 0x0FFF;
        BinaryPrimitives.WriteInt64BigEndian(id, (now.ToUnixTimeMilliseconds() << 16) | 0x7000 | random);
        id[8] = (byte)((id[8] & 0x3F) | 0x80);
        return new Guid(id, bigEndian: true).ToString();
    }
}
