namespace EventGateway.Functions.Aws.Calls;

/// <summary>A request to a service, before it is signed.</summary>
/// <param name="Path">The path. Names in braces are replaced by <see cref="PathResources"/>.</param>
/// <param name="Body">The body. A transport may still read its memory after a cancellation.</param>
/// <param name="ContentType">The media type of the body.</param>
internal sealed record AwsRequest(string Path, ReadOnlyMemory<byte> Body, string ContentType)
{
    /// <summary>The operation, for the header <c>X-Amz-Target</c>. Default: null, the path names it.</summary>
    public string? Operation { get; init; }

    /// <summary>Other headers. Default: none.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>The <c>Via</c> of the requests that led to this one, without this gateway. Default: null, none. It is not signed, because proxies may add to it.</summary>
    public string? Via { get; init; }

    /// <summary>The values of the names in the path, before encoding. Default: none.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> PathResources { get; init; } = [];
}
