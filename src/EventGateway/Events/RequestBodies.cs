using EventGateway.CloudEvents.Buffers;
using EventGateway.CloudEvents.Http;
using EventGateway.Http;
using EventGateway.Options;
using EventGateway.Serving;
using Microsoft.Extensions.Primitives;

namespace EventGateway.Events;

/// <summary>Reads the bodies of requests into the memory that is set aside for them, and answers requests whose body is not read.</summary>
internal sealed class RequestBodies(MachineLimits limits, GatewayOptions options, Overload overload, Health health, TimeProvider time)
{
    private readonly BodyLimits _bodyLimits = new(options.FunctionTimeout, "--function-timeout", options.MinRequestRate);
    private readonly MemoryBudget _memory = new(limits.RequestBytes);

    /// <summary>Reads a body, and decodes it when it has a <c>Content-Encoding</c>.</summary>
    /// <param name="context">The request. After decoding, its headers are those of the decoded body.</param>
    /// <param name="path">Its path. Health is answered even when there is no memory for the body.</param>
    /// <param name="keepsCoded">Whether a body that cannot be decoded is taken as it was sent, with its headers.</param>
    /// <returns>The body, to be disposed; when it is not read, the request is answered.</returns>
    public async ValueTask<Body> ReadAsync(HttpContext context, string path, bool keepsCoded)
    {
        var codings = RequestCodings.Find(context.Request, out var refusal);
        if (refusal is not null && !keepsCoded)
        {
            await refusal.ExecuteAsync(context);
            return default;
        }

        // Grows with what arrives: a length that is only announced takes no memory.
        var buffer = new PooledBuffer();
        if (!_memory.TryReserve(RequestBody.CostOf(buffer)))
        {
            buffer.Dispose();
            await RefuseAsync(context, path);
            return default;
        }

        var isRead = false;
        try
        {
            switch (await RequestBody.ReadAsync(context.Request, buffer, options.MaxEventSize, _memory, _bodyLimits, time, context.RequestAborted))
            {
                case BodyRead.Complete when codings is not null && buffer.WrittenCount > 0:
                    var (body, decodingRefusal) = Decode(context.Request, codings, buffer, keepsCoded);
                    isRead = body.IsRead;
                    if (!isRead)
                    {
                        await (decodingRefusal?.ExecuteAsync(context) ?? RefuseAsync(context, path));
                    }

                    return body;
                case BodyRead.Complete when RequestBody.ExtraCostOf(buffer.WrittenSpan) is var extra && _memory.TryReserve(extra):
                    isRead = true;
                    return new Body(buffer, _memory, extra);
                case BodyRead.Complete or BodyRead.NoRoom:
                    await RefuseAsync(context, path);
                    return default;
                case (BodyRead.Silent or BodyRead.TooSlow) and var slow:
                    await _bodyLimits.Refuse(slow).ExecuteAsync(context);
                    return default;
                default:
                    await TooLarge(decoded: string.Empty).ExecuteAsync(context);
                    return default;
            }
        }
        finally
        {
            if (!isRead)
            {
                new Body(buffer, _memory, extra: 0).Dispose();
            }
        }
    }

    // Returns the decoded body, which owns the sent one too. Without a body, the refusal; null means that there is no memory.
    private (Body Body, JsonResponse? Refusal) Decode(HttpRequest request, ContentCodings codings, PooledBuffer sent, bool keepsCoded)
    {
        var decoded = new PooledBuffer();
        var held = 0L;
        var isKept = false;
        try
        {
            var outcome = codings.Decode(sent.WrittenMemory, decoded, options.MaxEventSize, TryHold);
            if (outcome is DecodingOutcome.Complete)
            {
                // What the steps in between held is free now.
                var cost = RequestBody.CostOf(decoded) + RequestBody.ExtraCostOf(decoded.WrittenSpan);
                if (!TryHoldCost(cost))
                {
                    return default;
                }

                _memory.Release(held - cost);
                isKept = true;
                var coding = request.Headers.ContentEncoding;
                RequestCodings.Remove(request, decoded.WrittenCount);
                return (new Body(sent, _memory, cost, decoded, coding), null);
            }

            if (outcome is DecodingOutcome.NoRoom)
            {
                return default;
            }

            if (keepsCoded && RequestBody.ExtraCostOf(sent.WrittenSpan) is var extra && _memory.TryReserve(extra))
            {
                return (new Body(sent, _memory, extra), null);
            }

            return (default, keepsCoded ? null : outcome is DecodingOutcome.TooLarge ? TooLarge($" when its {codings.Text} is decoded") : RequestCodings.Damaged(codings));
        }
        finally
        {
            if (!isKept)
            {
                _memory.Release(held);
                decoded.Dispose();
            }
        }

        bool TryHold(long bytes) => TryHoldCost(RequestBody.CostPerByte * bytes);

        bool TryHoldCost(long cost)
        {
            if (cost > held && !_memory.TryReserve(cost - held))
            {
                return false;
            }

            held = Math.Max(held, cost);
            return true;
        }
    }

    private JsonResponse TooLarge(string decoded) => JsonResponse.Error(
        StatusCodes.Status413PayloadTooLarge, $"The body is larger than {options.MaxEventSize} bytes{decoded}, the limit of --max-event-size.");

    private Task RefuseAsync(HttpContext context, string path) =>
        health.TryAnswer(context, path) ? Task.CompletedTask : overload.RefuseAsync(context, Overload.RequestMemory);

    /// <summary>A body and its share of the memory. The default value is a body that was not read.</summary>
    internal readonly struct Body(PooledBuffer sent, MemoryBudget memory, long extra, PooledBuffer? decoded = null, StringValues contentEncoding = default) : IDisposable
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
}
