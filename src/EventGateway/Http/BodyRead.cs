namespace EventGateway.Http;

/// <summary>How reading a body ended.</summary>
internal enum BodyRead
{
    /// <summary>The whole body was read.</summary>
    Complete,

    /// <summary>The body is larger than the limit.</summary>
    TooLarge,

    /// <summary>There is no free memory for bodies.</summary>
    NoRoom,

    /// <summary>No data came for too long.</summary>
    Silent,

    /// <summary>The data came below the minimum rate.</summary>
    TooSlow,
}
