namespace EventGateway.CloudEvents;

/// <summary>An event as it goes over the wire: a body, its media type and, in binary mode, its headers.</summary>
/// <param name="Body">The body; memory that stays valid for the whole call.</param>
/// <param name="ContentType">The body's media type. Not set: the event has no data and no type for it (binary mode).</param>
/// <param name="Headers">Headers of binary mode, ready to send. Not set: none.</param>
public readonly record struct EventPayload(
    ReadOnlyMemory<byte> Body,
    string? ContentType,
    IReadOnlyList<KeyValuePair<string, string>>? Headers = null);
