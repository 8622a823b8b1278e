using EventGateway.CloudEvents.Buffers;
using EventGateway.CloudEvents.Http;
using EventGateway.Http;

namespace EventGateway.Events;

/// <summary>Decodes the bodies of requests within the memory that is set aside for them.</summary>
/// <param name="memory">The memory for requests.</param>
/// <param name="maxBytes">The maximum length of a decoded body, in bytes.</param>
internal sealed class BodyDecoder(MemoryBudget memory, int maxBytes)
{
    /// <summary>Decodes a body.</summary>
    /// <param name="request">The request. After decoding, its headers are those of the decoded body.</param>
    /// <param name="codings">The codings of the body.</param>
    /// <param name="sent">The body as it was sent. Its cost is reserved.</param>
    /// <param name="body">The decoded body, which owns the sent one too. The default value unless the decoding is complete.</param>
    public DecodingOutcome Decode(HttpRequest request, ContentCodings codings, PooledBuffer sent, out PooledBody body)
    {
        body = default;
        var decoded = new PooledBuffer();
        var held = 0L;
        try
        {
            var outcome = codings.Decode(sent.WrittenMemory, decoded, maxBytes, TryHold);
            if (outcome is not DecodingOutcome.Complete)
            {
                return outcome;
            }

            // What the steps in between held is free now.
            var cost = RequestBody.CostOf(decoded) + RequestBody.ExtraCostOf(request, decoded.WrittenSpan);
            if (!TryHoldCost(cost))
            {
                return DecodingOutcome.NoRoom;
            }

            memory.Release(held - cost);
            body = new PooledBody(sent, memory, cost, decoded, request.Headers.ContentEncoding);
            RequestCodings.Remove(request, decoded.WrittenCount);
            return outcome;
        }
        finally
        {
            if (!body.IsRead)
            {
                memory.Release(held);
                decoded.Dispose();
            }
        }

        bool TryHold(long bytes) => TryHoldCost(RequestBody.CostPerByte * bytes);

        bool TryHoldCost(long cost)
        {
            if (cost > held && !memory.TryReserve(cost - held))
            {
                return false;
            }

            held = Math.Max(held, cost);
            return true;
        }
    }
}
