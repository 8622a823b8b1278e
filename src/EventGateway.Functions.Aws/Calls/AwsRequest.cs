namespace EventGateway.Functions.Aws.Calls;

/// <summary>A request to a service, not signed yet.</summary>
/// <param name="Path">The path, with names in braces for what stands in <see cref="PathResources"/>.</param>
/// <param name="Body">The body; after a cancellation a transport may still be about to read its memory.</param>
/// <param name="ContentType">Its media type.</param>
internal sealed record AwsRequest(string Path, ReadOnlyMemory<byte> Body, string ContentType)
{
    /// <summary>The operation that the header <c>X-Amz-Target</c> names. Not set: the path names it.</summary>
    public string? Operation { get; init; }

    /// <summary>Other headers. Default: none.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>The <c>Via</c> of the requests that led to this one, without this gateway. Null: there is none. It is not signed, since proxies may add to it.</summary>
    public string? Via { get; init; }

    /// <summary>What stands for the names in the path, not encoded yet. Default: nothing.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> PathResources { get; init; } = [];
}
