namespace EventGateway.CloudEvents;

/// <summary>An event that is written for HTTP: the body, its media type and the headers.</summary>
/// <param name="Body">The body. Its memory must stay valid while the event is sent.</param>
/// <param name="ContentType">The media type of the body. Null in binary mode when the event has neither data nor a media type.</param>
/// <param name="Headers">The headers with attributes and trace, ready to send. Null means none.</param>
public readonly record struct EventPayload(
    ReadOnlyMemory<byte> Body,
    string? ContentType,
    IReadOnlyList<KeyValuePair<string, string>>? Headers = null);
