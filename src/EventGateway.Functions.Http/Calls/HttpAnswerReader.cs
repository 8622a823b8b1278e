using System.Runtime.CompilerServices;
using EventGateway.Abstractions.Connections;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Secrets;
using EventGateway.CloudEvents.Buffers;
using EventGateway.Functions.Http.Connections;

namespace EventGateway.Functions.Http.Calls;

/// <summary>Reads the answers of functions.</summary>
/// <param name="maxBytes">The largest body, in bytes.</param>
/// <param name="memory">Counts the memory of large answers.</param>
/// <param name="timeProvider">The clock that dates in <c>Retry-After</c> are compared with.</param>
internal sealed class HttpAnswerReader(int maxBytes, AnswerMemory memory, TimeProvider timeProvider)
{
    // An answer that is not needed is read up to this size, so that its connection can serve another call.
    private const int MaxSkippedBytes = 64 * 1024;

    /// <summary>Reads a whole answer.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<FunctionResult> ReadAsync(HttpResponseMessage response, Redaction? redaction, CancellationToken cancellationToken)
    {
        var status = (int)response.StatusCode;
        var length = response.Content.Headers.ContentLength;
        if (length > maxBytes)
        {
            return TooLarge(response, status);
        }

        if (length == 0)
        {
            return Answer(response, status, default, null, null, isWhole: true);
        }

        var held = 0L;
        if (!memory.TryHold(length ?? 0, ref held))
        {
            return AnswerMemory.Refuse(HttpOutcome.Classify(status), status, HttpOutcome.ReadRetryAfter(response, timeProvider));
        }

        PooledBuffer? body = null;
        try
        {
            body = new PooledBuffer((int)(length ?? 1024));
            var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            while (true)
            {
                var read = await stream.ReadAsync(body.GetMemory(), cancellationToken);
                body.Advance(read);
                if (body.WrittenCount > maxBytes)
                {
                    memory.Own(body, held).Dispose();
                    return TooLarge(response, status);
                }

                if (read == 0 || body.WrittenCount == length)
                {
                    return Answer(response, status, body.WrittenMemory, memory.Own(body, held), redaction, isWhole: true);
                }

                if (!memory.TryHold(body.Capacity, ref held))
                {
                    memory.Own(body, held).Dispose();
                    return AnswerMemory.Refuse(HttpOutcome.Classify(status), status, HttpOutcome.ReadRetryAfter(response, timeProvider));
                }
            }
        }
        catch (Exception exception)
        {
            body?.Dispose();
            memory.Release(held);
            if (exception is OutOfMemoryException)
            {
                return AnswerMemory.OutOfMemory(HttpOutcome.Classify(status), status, HttpOutcome.ReadRetryAfter(response, timeProvider));
            }

            throw;
        }
    }

    /// <summary>
    /// Reads the beginning of a failure's answer, or a whole answer that is small enough. The status alone decides the outcome, even
    /// when the body cannot be read.
    /// </summary>
    /// <param name="answerBytes">How many bytes the answer of a success may have. A larger one is left out. 0: none is needed.</param>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<FunctionResult> ReadBeginningAsync(
        HttpResponseMessage response, Redaction? redaction, int answerBytes, CancellationToken cancellationToken)
    {
        var status = (int)response.StatusCode;
        var succeeded = HttpOutcome.Classify(status) is FunctionOutcome.Success;
        var length = response.Content.Headers.ContentLength;
        var readBytes = succeeded ? Math.Max(MaxSkippedBytes, answerBytes + 1) : MaxSkippedBytes;
        if (length == 0 || (succeeded && length > readBytes))
        {
            return Answer(response, status, default, null, null, isWhole: false, omitted: length > 0 ? length : null);
        }

        var keptBytes = succeeded ? answerBytes : Invocation.BeginningBytes;
        var body = new PooledBuffer(Invocation.BeginningBytes * 4);
        var isComplete = false;
        try
        {
            var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            var (total, read) = (0, -1);
            while (read != 0 && total != length && total < readBytes)
            {
                read = await stream.ReadAsync(body.GetMemory(), cancellationToken);
                total += read;
                body.Advance(Math.Min(read, Math.Max(0, keptBytes - body.WrittenCount)));
            }

            isComplete = (read == 0 || total == length) && total == body.WrittenCount;
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException || (succeeded && exception is OperationCanceledException))
        {
            // The part that was read is enough.
        }
        catch
        {
            body.Dispose();
            throw;
        }

        if (!succeeded || isComplete)
        {
            return Answer(response, status, body.WrittenMemory, body, redaction, isWhole: false);
        }

        body.Dispose();
        return Answer(response, status, default, null, null, isWhole: false, omitted: length ?? 0);
    }

    // The headers are copied because the result outlives the response.
    private FunctionResult Answer(
        HttpResponseMessage response, int status, ReadOnlyMemory<byte> body, IDisposable? owner, Redaction? redaction, bool isWhole, long? omitted = null) =>
        new(HttpOutcome.Classify(status), body, owner)
        {
            Status = status,
            OmittedBytes = omitted,
            ContentType = isWhole ? AnswerHeaders.ContentTypeOf(response) : null,
            EventHeaders = isWhole ? AnswerHeaders.EventOf(response) : null,
            Redaction = redaction,
            Error = HttpOutcome.ErrorOf(status),
            RetryAfter = HttpOutcome.ReadRetryAfter(response, timeProvider),
        };

    private FunctionResult TooLarge(HttpResponseMessage response, int status)
    {
        // When the function failed too, its status decides whether the failure may pass.
        var outcome = HttpOutcome.Classify(status);
        return new FunctionResult(outcome is FunctionOutcome.Success ? FunctionOutcome.Permanent : outcome)
        {
            Error = $"The function answered with status {status} and a body of more than {maxBytes} bytes.",
            RetryAfter = HttpOutcome.ReadRetryAfter(response, timeProvider),
        };
    }
}
