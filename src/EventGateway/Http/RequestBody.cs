using System.Buffers;
using System.Numerics;
using EventGateway.CloudEvents;
using EventGateway.CloudEvents.Buffers;

namespace EventGateway.Http;

/// <summary>Reads the whole body of a request, up to a limit.</summary>
internal static class RequestBody
{
    /// <summary>The share of the memory for requests that each byte of a buffer costs. An event is written once or twice more later, and buffers grow in steps.</summary>
    public const int CostPerByte = 4;

    private const int Small = 16 * 1024;

    /// <summary>Returns the share of the memory for requests that a buffer costs, in bytes.</summary>
    public static long CostOf(PooledBuffer buffer) => (long)CostPerByte * buffer.Capacity;

    /// <summary>
    /// Returns what a body costs on top of <see cref="CostOf"/>, in bytes: as text in an event it can be many times as large, and text
    /// in another charset is converted.
    /// </summary>
    public static long ExtraCostOf(HttpRequest request, ReadOnlySpan<byte> body) =>
        body.Length <= Small ? 0
        : 2 * EscapedText.MaxAddedBytes(body)
            + (MediaType.TryParse(request.ContentType, out var type, out _) ? CloudEventData.MaxConversionCost(type, body.Length) : 0);

    /// <summary>Reads the body into a buffer.</summary>
    /// <param name="buffer">Takes the body. Its content is valid only when the whole body was read.</param>
    /// <param name="limit">The maximum length of the body, in bytes.</param>
    /// <param name="memory">The memory for requests. The caller has reserved the cost of the buffer. Null means no limit.</param>
    /// <param name="bodyLimits">How slowly the body may come.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <exception cref="BadHttpRequestException">The body is malformed.</exception>
    public static ValueTask<BodyRead> ReadAsync(
        HttpRequest request, PooledBuffer buffer, int limit, MemoryBudget? memory, BodyLimits bodyLimits, TimeProvider time, CancellationToken cancellationToken)
    {
        if (request.ContentLength > limit)
        {
            return ValueTask.FromResult(BodyRead.TooLarge);
        }

        var reader = request.BodyReader;
        try
        {
            while (reader.TryRead(out var read))
            {
                var taken = Take(read.Buffer, buffer, limit, memory);
                reader.AdvanceTo(read.Buffer.End);
                if (taken is not BodyRead.Complete || read.IsCompleted)
                {
                    return ValueTask.FromResult(taken);
                }
            }
        }
        catch (Exception exception) when (IsOfSender(exception))
        {
            return ValueTask.FromException<BodyRead>(Malformed(exception));
        }

        return ReadRestAsync(request, buffer, limit, memory, bodyLimits, time, cancellationToken);
    }

    private static async ValueTask<BodyRead> ReadRestAsync(
        HttpRequest request, PooledBuffer buffer, int limit, MemoryBudget? memory, BodyLimits bodyLimits, TimeProvider time, CancellationToken cancellationToken)
    {
        var reader = request.BodyReader;
        var pace = new BodyPace(bodyLimits);
        using var timeout = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        using var left = cancellationToken.UnsafeRegister(static timeout => ((CancellationTokenSource)timeout!).Cancel(), timeout);
        try
        {
            while (true)
            {
                var start = time.GetTimestamp();
                timeout.CancelAfter(pace.NextWait);
                var read = await reader.ReadAsync(timeout.Token);
                timeout.CancelAfter(Timeout.InfiniteTimeSpan);
                pace.Add(read.Buffer.Length, time.GetElapsedTime(start));
                var taken = Take(read.Buffer, buffer, limit, memory);
                reader.AdvanceTo(read.Buffer.End);
                if (taken is not BodyRead.Complete || read.IsCompleted)
                {
                    return taken;
                }
            }
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return pace.Problem;
        }
        catch (Exception exception) when (IsOfSender(exception))
        {
            throw Malformed(exception);
        }
    }

    // Kestrel throws exceptions of several types for a body that is malformed, incomplete or cut off. Nothing else can fail here.
    private static bool IsOfSender(Exception exception) => exception is not (OperationCanceledException or OutOfMemoryException);

    private static BadHttpRequestException Malformed(Exception cause) =>
        new("The body of the request is malformed or incomplete.", StatusCodes.Status400BadRequest, cause);

    private static BodyRead Take(ReadOnlySequence<byte> bytes, PooledBuffer buffer, int limit, MemoryBudget? memory)
    {
        var needed = buffer.WrittenCount + bytes.Length;
        if (needed > limit)
        {
            return BodyRead.TooLarge;
        }

        if (bytes.IsEmpty)
        {
            return BodyRead.Complete;
        }

        var before = CostOf(buffer);
        var growth = needed > buffer.Capacity ? (CostPerByte * (long)BitOperations.RoundUpToPowerOf2((ulong)needed)) - before : 0;
        if (growth > 0 && memory?.TryReserve(growth) is false)
        {
            return BodyRead.NoRoom;
        }

        try
        {
            // Grows the buffer once, so that earlier bytes are copied at most once.
            buffer.GetSpan((int)bytes.Length);
            foreach (var segment in bytes)
            {
                if (!segment.IsEmpty)
                {
                    buffer.Write(segment.Span);
                }
            }

            return BodyRead.Complete;
        }
        finally
        {
            // The pool may return another size than requested, or throw when there is no memory.
            memory?.Release(before + growth - CostOf(buffer));
        }
    }
}
