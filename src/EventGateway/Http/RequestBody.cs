using System.Buffers;
using System.Numerics;
using EventGateway.CloudEvents.Buffers;

namespace EventGateway.Http;

/// <summary>Reads the whole body of a request, up to a limit.</summary>
internal static class RequestBody
{
    // An event is written once or twice more on its way, and buffers have room to grow.
    private const int CostPerByte = 4;
    private const int Small = 16 * 1024;

    /// <summary>What a buffer for a body takes of the memory for requests, in bytes.</summary>
    public static long CostOf(PooledBuffer buffer) => (long)CostPerByte * buffer.Capacity;

    /// <summary>What a body takes of the memory for requests on top of <see cref="CostOf"/>, in bytes: written into an event as text, it may be many times as large.</summary>
    public static long ExtraCostOf(ReadOnlySpan<byte> body) => body.Length <= Small ? 0 : 2 * EscapedText.MostAddedBytes(body);

    /// <summary>Reads the body into a buffer.</summary>
    /// <param name="request">The request.</param>
    /// <param name="buffer">Takes the body; when it is not read whole, what the buffer holds is of no use.</param>
    /// <param name="limit">The most bytes that the body may have.</param>
    /// <param name="memory">The memory for requests, of which <see cref="CostOf"/> the buffer is taken before and after. Null means no bound.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="BadHttpRequestException">The body was malformed, or came too slowly.</exception>
    public static ValueTask<BodyRead> ReadAsync(
        HttpRequest request, PooledBuffer buffer, int limit, MemoryBudget? memory, CancellationToken cancellationToken)
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

        return ReadRestAsync(request, buffer, limit, memory, cancellationToken);
    }

    private static async ValueTask<BodyRead> ReadRestAsync(
        HttpRequest request, PooledBuffer buffer, int limit, MemoryBudget? memory, CancellationToken cancellationToken)
    {
        var reader = request.BodyReader;
        try
        {
            while (true)
            {
                var read = await reader.ReadAsync(cancellationToken);
                var taken = Take(read.Buffer, buffer, limit, memory);
                reader.AdvanceTo(read.Buffer.End);
                if (taken is not BodyRead.Complete || read.IsCompleted)
                {
                    return taken;
                }
            }
        }
        catch (Exception exception) when (IsOfSender(exception))
        {
            throw Malformed(exception);
        }
    }

    // The server throws exceptions of several kinds for a body that is malformed, incomplete or cut off. Nothing else fails
    // while a body is read.
    private static bool IsOfSender(Exception exception) => exception is not (BadHttpRequestException or OperationCanceledException or OutOfMemoryException);

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
            // Makes room once, so that what was read before is copied once at most.
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
            // The pool may have given more or less than was asked for, and nothing when the memory is full.
            memory?.Release(before + growth - CostOf(buffer));
        }
    }
}
