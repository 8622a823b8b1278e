namespace EventGateway.CloudEvents;

/// <summary>
/// An event. Attributes are read once; data stays the bytes that came in. The bytes may belong to a pooled buffer of
/// the request that brought them, so an event that outlives the request is encoded first.
/// </summary>
public sealed record CloudEvent
{
    /// <summary>The version that the event came in, which decides what its extensions may be.</summary>
    public SpecVersion SpecVersion { get; init; }

    /// <summary>The 0.1 <c>cloudEventsVersion</c> where it is another text than <c>0.1</c>, which 0.9 let pass. Not set: <c>0.1</c>.</summary>
    public string? DeclaredVersion { get; init; }

    /// <summary>Identifies the event within its source (1.0 <c>id</c>, 0.1 <c>eventID</c>).</summary>
    public required string Id { get; init; }

    /// <summary>What happened (1.0 <c>type</c>, 0.1 <c>eventType</c>); selects subscriptions.</summary>
    public required string Type { get; init; }

    /// <summary>Where it happened, a URI reference (<c>source</c>).</summary>
    public required string Source { get; init; }

    /// <summary>When it happened, RFC 3339 text exactly as it came in (1.0 <c>time</c>, 0.1 <c>eventTime</c>). Not set: unknown.</summary>
    public string? Time { get; init; }

    /// <summary>What of the source the event is about (1.0 <c>subject</c>). Not set: nothing more than the source says.</summary>
    public string? Subject { get; init; }

    /// <summary>The schema of the data (1.0 <c>dataschema</c>, 0.1 <c>schemaURL</c>). Not set: not said.</summary>
    public string? DataSchema { get; init; }

    /// <summary>The media type of the data (1.0 <c>datacontenttype</c>, 0.1 <c>contentType</c>). Not set: JSON, as the spec says.</summary>
    public string? DataContentType { get; init; }

    /// <summary>The version of the type (0.1 <c>eventTypeVersion</c>). Not set: not said; 1.0 has no such attribute.</summary>
    public string? TypeVersion { get; init; }

    /// <summary>The data. Not set: none.</summary>
    public CloudEventData Data { get; init; }

    /// <summary>The extension attributes. Not set: none.</summary>
    public IReadOnlyList<CloudEventExtension> Extensions { get; init; } = [];
}
