namespace EventGateway.CloudEvents;

/// <summary>The kind of an event's data.</summary>
public enum CloudEventDataKind
{
    /// <summary>There is no data.</summary>
    None,

    /// <summary>One JSON value, unchanged as it was read.</summary>
    Json,

    /// <summary>Text in UTF-8, not escaped. In structured mode it is a JSON string.</summary>
    Text,

    /// <summary>Other bytes. In structured mode they are base64 (JSON format 1.0, section 3.1).</summary>
    Binary,
}
