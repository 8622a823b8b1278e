namespace EventGateway.Api.Requests;

/// <summary>What an operation takes and answers besides bodies, for the OpenAPI document.</summary>
[Flags]
internal enum OperationTraits
{
    None = 0,

    /// <summary>It names a space in its path.</summary>
    Space = 1,

    /// <summary>It names a resource in its path.</summary>
    Id = 2,

    /// <summary>It pages.</summary>
    List = 4,

    /// <summary>It filters by metadata.</summary>
    Filters = 8,

    /// <summary>It answers an ETag.</summary>
    ETag = 16,

    /// <summary>It takes If-Match.</summary>
    IfMatch = 32,
}
