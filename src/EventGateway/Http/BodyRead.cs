namespace EventGateway.Http;

/// <summary>How the reading of a body ended.</summary>
internal enum BodyRead
{
    /// <summary>The whole body was read.</summary>
    Complete,

    /// <summary>The body is larger than the limit.</summary>
    TooLarge,

    /// <summary>The memory for bodies is in use.</summary>
    NoRoom,
}
