using EventGateway.CloudEvents.Buffers;
using EventGateway.CloudEvents.Http;
using EventGateway.Http;
using EventGateway.Options;
using EventGateway.Serving;

namespace EventGateway.Events;

/// <summary>Reads the bodies of requests into the memory that is set aside for them, and answers requests whose body is not read.</summary>
internal sealed class RequestBodies
{
    private readonly GatewayOptions _options;
    private readonly Overload _overload;
    private readonly Health _health;
    private readonly TimeProvider _time;
    private readonly BodyLimits _bodyLimits;
    private readonly MemoryBudget _memory;
    private readonly BodyDecoder _decoder;

    /// <summary>Sets the memory aside.</summary>
    public RequestBodies(MachineLimits limits, GatewayOptions options, Overload overload, Health health, TimeProvider time)
    {
        (_options, _overload, _health, _time) = (options, overload, health, time);
        _bodyLimits = new BodyLimits(options.FunctionTimeout, "--function-timeout", options.MinRequestRate);
        _memory = new MemoryBudget(limits.RequestBytes);
        _decoder = new BodyDecoder(_memory, options.MaxEventSize);
    }

    /// <summary>Reads a body, and decodes it when it has a <c>Content-Encoding</c>.</summary>
    /// <param name="context">The request. After decoding, its headers are those of the decoded body.</param>
    /// <param name="path">Its path. Health is answered even when there is no memory for the body.</param>
    /// <param name="keepsCoded">Whether a body that cannot be decoded is taken as it was sent, with its headers.</param>
    /// <returns>The body, to be disposed; when it is not read, the request is answered.</returns>
    public async ValueTask<PooledBody> ReadAsync(HttpContext context, string path, bool keepsCoded)
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

        var body = default(PooledBody);
        try
        {
            var read = await RequestBody.ReadAsync(context.Request, buffer, _options.MaxEventSize, _memory, _bodyLimits, _time, context.RequestAborted);
            var problem = read switch
            {
                BodyRead.Complete => Take(context.Request, codings, buffer, keepsCoded, out body),
                BodyRead.NoRoom => null,
                BodyRead.Silent or BodyRead.TooSlow => _bodyLimits.Refuse(read),
                _ => TooLarge(decoded: string.Empty),
            };
            if (!body.IsRead)
            {
                await (problem?.ExecuteAsync(context) ?? RefuseAsync(context, path));
            }

            return body;
        }
        finally
        {
            if (!body.IsRead)
            {
                new PooledBody(buffer, _memory, extra: 0).Dispose();
            }
        }
    }

    // Returns why a complete body is refused. Null when it is not, and when there is no memory for it.
    private JsonResponse? Take(HttpRequest request, ContentCodings? codings, PooledBuffer sent, bool keepsCoded, out PooledBody body)
    {
        if (codings is not null && sent.WrittenCount > 0)
        {
            var outcome = _decoder.Decode(request, codings, sent, out body);
            if (outcome is DecodingOutcome.Complete or DecodingOutcome.NoRoom)
            {
                return null;
            }

            if (!keepsCoded)
            {
                return outcome is DecodingOutcome.TooLarge ? TooLarge($" when its {codings.Text} is decoded") : RequestCodings.Damaged(codings);
            }
        }

        var extra = RequestBody.ExtraCostOf(request, sent.WrittenSpan);
        body = _memory.TryReserve(extra) ? new PooledBody(sent, _memory, extra) : default;
        return null;
    }

    private JsonResponse TooLarge(string decoded) => JsonResponse.Error(
        StatusCodes.Status413PayloadTooLarge, $"The body is larger than {_options.MaxEventSize} bytes{decoded}, the limit of --max-event-size.");

    private Task RefuseAsync(HttpContext context, string path) =>
        _health.TryAnswer(context, path) ? Task.CompletedTask : _overload.RefuseAsync(context, Overload.RequestMemory);
}
