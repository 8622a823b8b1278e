namespace EventGateway.CloudEvents;

/// <summary>The data of an event: bytes that nobody has parsed, and what they are.</summary>
/// <param name="Kind">What the bytes are.</param>
/// <param name="Bytes">The bytes; empty where <paramref name="Kind"/> is <see cref="CloudEventDataKind.None"/>.</param>
public readonly record struct CloudEventData(CloudEventDataKind Kind, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>No data.</summary>
    public static CloudEventData None => default;

    /// <summary>Data that is one JSON value; the caller has checked that it is.</summary>
    /// <param name="bytes">The value in UTF-8.</param>
    public static CloudEventData Json(ReadOnlyMemory<byte> bytes) => new(CloudEventDataKind.Json, bytes);

    /// <summary>Data that is text.</summary>
    /// <param name="bytes">The text in UTF-8.</param>
    public static CloudEventData Text(ReadOnlyMemory<byte> bytes) => new(CloudEventDataKind.Text, bytes);

    /// <summary>Data that is neither JSON nor text.</summary>
    /// <param name="bytes">The bytes, decoded.</param>
    public static CloudEventData Binary(ReadOnlyMemory<byte> bytes) => new(CloudEventDataKind.Binary, bytes);
}
