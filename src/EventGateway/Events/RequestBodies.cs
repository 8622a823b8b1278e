using EventGateway.CloudEvents.Buffers;
using EventGateway.Http;
using EventGateway.Options;
using EventGateway.Serving;

namespace EventGateway.Events;

/// <summary>Reads the bodies of requests into the memory that is set aside for them, and answers requests whose body is not read.</summary>
internal sealed class RequestBodies(MachineLimits limits, GatewayOptions options, Overload overload, Health health, TimeProvider time)
{
    private readonly BodyLimits _slowness = new(options.FunctionTimeout, "--function-timeout", options.MinRequestRate);
    private readonly MemoryBudget _memory = new(limits.RequestBytes);

    /// <summary>Reads a body.</summary>
    /// <param name="context">The request.</param>
    /// <param name="path">Its path. Health is answered even when there is no memory for the body.</param>
    /// <returns>The body, to be disposed; when it is not read, the request is answered.</returns>
    public async ValueTask<Body> ReadAsync(HttpContext context, string path)
    {
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
            switch (await RequestBody.ReadAsync(context.Request, buffer, options.MaxEventSize, _memory, _slowness, time, context.RequestAborted))
            {
                case BodyRead.Complete when RequestBody.ExtraCostOf(buffer.WrittenSpan) is var extra && _memory.TryReserve(extra):
                    isRead = true;
                    return new Body(buffer, _memory, extra);
                case BodyRead.Complete or BodyRead.NoRoom:
                    await RefuseAsync(context, path);
                    return default;
                case (BodyRead.Silent or BodyRead.TooSlow) and var slow:
                    await _slowness.Refuse(slow).ExecuteAsync(context);
                    return default;
                default:
                    await JsonResponse.Error(StatusCodes.Status413PayloadTooLarge, $"The body is larger than {options.MaxEventSize} bytes, the limit of --max-event-size.").ExecuteAsync(context);
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

    private Task RefuseAsync(HttpContext context, string path) =>
        health.TryAnswer(context, path) ? Task.CompletedTask : overload.RefuseAsync(context, Overload.RequestMemory);

    /// <summary>A body and its share of the memory. The default value is a body that was not read.</summary>
    internal readonly struct Body(PooledBuffer buffer, MemoryBudget memory, long extra) : IDisposable
    {
        /// <summary>Whether the body was read.</summary>
        public bool IsRead => buffer is not null;

        /// <summary>The whole body, until disposal.</summary>
        public ReadOnlyMemory<byte> Memory => buffer.WrittenMemory;

        /// <summary>Gives the memory back.</summary>
        public void Dispose()
        {
            if (IsRead)
            {
                memory.Release(extra + RequestBody.CostOf(buffer));
                buffer.Dispose();
            }
        }
    }
}
