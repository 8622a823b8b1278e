namespace EventGateway.CloudEvents.Http;

/// <summary>How decoding a body ended.</summary>
public enum DecodingOutcome
{
    /// <summary>The whole body was decoded.</summary>
    Complete,

    /// <summary>The decoded body is larger than the limit.</summary>
    TooLarge,

    /// <summary>The body is not valid in its coding, or incomplete.</summary>
    Damaged,

    /// <summary>The body has a coding that cannot be decoded.</summary>
    Unknown,

    /// <summary>There is no memory for the decoded body.</summary>
    NoRoom,
}
