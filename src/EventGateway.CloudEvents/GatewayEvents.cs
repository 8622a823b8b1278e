using System.Buffers.Binary;

namespace EventGateway.CloudEvents;

/// <summary>Creates the events that the gateway itself sends.</summary>
public static class GatewayEvents
{
    /// <summary>The prefix of event types that only the gateway may send.</summary>
    public const string SystemTypePrefix = "eventgateway.";

    /// <summary>The source of 1.0 events from the gateway.</summary>
    public const string Source = "/event-gateway";

    /// <summary>The source of 0.1 events from the gateway, as version 0.9 set it.</summary>
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

    /// <summary>Returns whether only the gateway may send events of a type.</summary>
    public static bool IsSystemType(string type) => type.StartsWith(SystemTypePrefix, StringComparison.Ordinal);

    /// <summary>Returns a new id (UUID version 7; RFC 9562, section 5.7).</summary>
    public static string NewId(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        return NewId(time.GetUtcNow());
    }

    /// <summary>Returns the version for new events, so that the default format needs no conversion.</summary>
    /// <param name="format">The default format.</param>
    public static SpecVersion VersionOf(CloudEventFormat format) =>
        format == CloudEventFormat.V01Structured ? SpecVersion.V01 : SpecVersion.V1;

    /// <summary>Creates an event with a new id and the current time.</summary>
    /// <param name="type">The event type.</param>
    /// <param name="dataContentType">The media type of the data. Null means JSON.</param>
    /// <param name="version">The version of the event.</param>
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

    // RFC 9562, section 5.7. An id must be unique but not hard to guess, so this avoids a system call for secure random bytes.
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
