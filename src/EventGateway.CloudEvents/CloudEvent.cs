namespace EventGateway.CloudEvents;

/// <summary>
/// An event (CloudEvents 1.0, "Context Attributes" and "Event Data"). Data stays the bytes that were read. They may point into the
/// memory that the event was read from, so the event must not outlive that memory.
/// </summary>
public sealed record CloudEvent
{
    /// <summary>The version of the event, which decides what its extensions can be.</summary>
    public SpecVersion SpecVersion { get; init; }

    /// <summary>The <c>cloudEventsVersion</c> of a 0.1 event when it is not <c>0.1</c>. Version 0.9 of the Event Gateway accepts any text. Null means <c>0.1</c>.</summary>
    public string? DeclaredVersion { get; init; }

    /// <summary>Identifies the event within its source (<c>id</c>; 0.1: <c>eventID</c>).</summary>
    public required string Id { get; init; }

    /// <summary>The type of what happened (<c>type</c>; 0.1: <c>eventType</c>).</summary>
    public required string Type { get; init; }

    /// <summary>Where the event happened, a URI reference (<c>source</c>).</summary>
    public required string Source { get; init; }

    /// <summary>When the event happened, as the RFC 3339 text that was read (<c>time</c>; 0.1: <c>eventTime</c>). Null when the event has none.</summary>
    public string? Time { get; init; }

    /// <summary>What the event is about, within its source (<c>subject</c>). Null when the event has none.</summary>
    public string? Subject { get; init; }

    /// <summary>The schema of the data (<c>dataschema</c>; 0.1: <c>schemaURL</c>). Null when the event has none.</summary>
    public string? DataSchema { get; init; }

    /// <summary>The media type of the data (<c>datacontenttype</c>; 0.1: <c>contentType</c>). Null means JSON (JSON format 1.0, section 3.1).</summary>
    public string? DataContentType { get; init; }

    /// <summary>The version of the type (0.1: <c>eventTypeVersion</c>). Null when the event has none. 1.0 has no such attribute.</summary>
    public string? TypeVersion { get; init; }

    /// <summary>The data. Default: none.</summary>
    public CloudEventData Data { get; init; }

    /// <summary>The extension attributes. Default: none.</summary>
    public IReadOnlyList<CloudEventExtension> Extensions { get; init; } = [];
}
