namespace EventGateway.CloudEvents;

/// <summary>What the bytes of an event's data are.</summary>
public enum CloudEventDataKind
{
    /// <summary>There is no data.</summary>
    None,

    /// <summary>One JSON value, kept byte for byte as it came in.</summary>
    Json,

    /// <summary>Text in UTF-8, not escaped; a JSON string in structured mode.</summary>
    Text,

    /// <summary>Any other bytes, decoded; base64 in structured mode.</summary>
    Binary,
}
