using Microsoft.Extensions.Primitives;

namespace EventGateway.Events;

/// <summary>A body as it was sent, for functions that get the request itself.</summary>
/// <param name="Bytes">The bytes, which may be compressed.</param>
/// <param name="ContentEncoding">The request's <c>Content-Encoding</c>, when the body was decoded and the request has none any more. Empty otherwise.</param>
internal readonly record struct SentBody(ReadOnlyMemory<byte> Bytes, StringValues ContentEncoding);
