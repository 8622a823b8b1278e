namespace EventGateway.CloudEvents;

/// <summary>Whether bytes are JSON.</summary>
internal enum JsonValidity
{
    /// <summary>Not exactly one JSON value in valid UTF-8.</summary>
    Invalid,

    /// <summary>Nested more deeply than the limit. The rest is not checked.</summary>
    TooDeep,

    /// <summary>One JSON value. White space around it is allowed.</summary>
    Valid,
}
