using EventGateway.CloudEvents.Buffers;
using EventGateway.Http;
using Microsoft.Extensions.Primitives;

namespace EventGateway.Events;

/// <summary>A body and its share of the memory for requests. The default value is a body that was not read.</summary>
/// <param name="sent">The body as it was sent.</param>
/// <param name="memory">The memory for requests.</param>
/// <param name="extra">What it holds of the memory besides the cost of the sent body, in bytes.</param>
/// <param name="decoded">The decoded body. Null when the sent body is not coded, or is kept coded.</param>
/// <param name="contentEncoding">The <c>Content-Encoding</c> that the request had before its body was decoded.</param>
internal readonly struct PooledBody(
    PooledBuffer sent, MemoryBudget memory, long extra, PooledBuffer? decoded = null, StringValues contentEncoding = default) : IDisposable
{
    /// <summary>Whether the body was read.</summary>
    public bool IsRead => sent is not null;

    /// <summary>The whole body, decoded, until disposal.</summary>
    public ReadOnlyMemory<byte> Memory => (decoded ?? sent).WrittenMemory;

    /// <summary>The whole body as it was sent, until disposal.</summary>
    public SentBody Sent => new(sent.WrittenMemory, contentEncoding);

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        if (IsRead)
        {
            memory.Release(extra + RequestBody.CostOf(sent));
            sent.Dispose();
            decoded?.Dispose();
        }
    }
}
