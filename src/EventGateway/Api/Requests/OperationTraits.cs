namespace EventGateway.Api.Requests;

/// <summary>The parameters and headers of an operation, for the OpenAPI document.</summary>
[Flags]
internal enum OperationTraits
{
    None = 0,

    /// <summary>The path has a space.</summary>
    Space = 1,

    /// <summary>The path has the id of a resource.</summary>
    Id = 2,

    /// <summary>The answer is a list with pages.</summary>
    List = 4,

    /// <summary>The list can be filtered by metadata.</summary>
    Filters = 8,

    /// <summary>The answer has an ETag.</summary>
    ETag = 16,

    /// <summary>The request can have If-Match and If-None-Match.</summary>
    Preconditions = 32,
}
