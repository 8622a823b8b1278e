using System.Buffers;
using EventGateway.Core.Buffers;

namespace EventGateway.Http;

/// <summary>Reads the whole body of a request, up to a limit.</summary>
internal static class RequestBody
{
    /// <summary>Reads the body into a buffer.</summary>
    /// <returns>Whether the body kept within the limit; where not, what was read of it is of no use.</returns>
    /// <exception cref="BadHttpRequestException">The body was malformed, or came too slowly.</exception>
    public static ValueTask<bool> TryReadAsync(HttpRequest request, PooledBuffer buffer, int limit, CancellationToken cancellationToken)
    {
        if (request.ContentLength > limit)
        {
            return ValueTask.FromResult(false);
        }

        var reader = request.BodyReader;
        try
        {
            while (reader.TryRead(out var read))
            {
                var taken = TryTake(read.Buffer, buffer, limit);
                reader.AdvanceTo(read.Buffer.End);
                if (!taken || read.IsCompleted)
                {
                    return ValueTask.FromResult(taken);
                }
            }
        }
        catch (Exception exception) when (IsOfSender(exception))
        {
            return ValueTask.FromException<bool>(Malformed(exception));
        }

        return ReadRestAsync(request, buffer, limit, cancellationToken);
    }

    private static async ValueTask<bool> ReadRestAsync(HttpRequest request, PooledBuffer buffer, int limit, CancellationToken cancellationToken)
    {
        var reader = request.BodyReader;
        try
        {
            while (true)
            {
                var read = await reader.ReadAsync(cancellationToken);
                var taken = TryTake(read.Buffer, buffer, limit);
                reader.AdvanceTo(read.Buffer.End);
                if (!taken || read.IsCompleted)
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

    private static bool TryTake(ReadOnlySequence<byte> bytes, PooledBuffer buffer, int limit)
    {
        if (buffer.WrittenCount + bytes.Length > limit)
        {
            return false;
        }

        foreach (var segment in bytes)
        {
            buffer.Write(segment.Span);
        }

        return true;
    }
}
