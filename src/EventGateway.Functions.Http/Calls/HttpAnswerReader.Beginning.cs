using System.Runtime.CompilerServices;
using EventGateway.Abstractions.Connections;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Secrets;
using EventGateway.CloudEvents.Buffers;
using EventGateway.CloudEvents.Http;
using EventGateway.Functions.Http.Connections;

namespace EventGateway.Functions.Http.Calls;

// Reads the answers of calls of which only the outcome is wanted.
internal sealed partial class HttpAnswerReader
{
    // An answer that is not needed is read up to this size, so that its connection can serve another call.
    private const int MaxSkippedBytes = 64 * 1024;

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
        var length = LengthOf(response);
        var readBytes = succeeded ? Math.Max(MaxSkippedBytes, answerBytes + 1) : MaxSkippedBytes;
        if (length == 0 || (succeeded && length > readBytes))
        {
            return Answer(response, status, default, null, null, isWhole: false, omitted: length > 0 ? length : null);
        }

        var keptBytes = succeeded ? answerBytes : Invocation.BeginningBytes;
        var body = new PooledBuffer(Invocation.BeginningBytes * 4);
        var held = 0L;
        var isComplete = false;
        try
        {
            var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            var (total, read, hasRoom) = (0, -1, true);
            while (hasRoom && read != 0 && total != length && total < readBytes)
            {
                read = await stream.ReadAsync(body.GetMemory(), cancellationToken);
                total += read;
                body.Advance(Math.Min(read, Math.Max(0, keptBytes - body.WrittenCount)));
                hasRoom = memory.TryHold(body.Capacity, ref held);
            }

            isComplete = hasRoom && (read == 0 || total == length) && total == body.WrittenCount;
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException || (succeeded && exception is OperationCanceledException))
        {
            // The part that was read is enough.
        }
        catch
        {
            memory.Own(body, held).Dispose();
            throw;
        }

        if (AnswerCodings.IsCoded(response))
        {
            (body, held, isComplete) = succeeded
                ? DecodeSmall(response, body, held, isComplete, keptBytes)
                : (DecodeBeginning(response, body), held, isComplete);
        }

        if (!succeeded || isComplete)
        {
            return Answer(response, status, body.WrittenMemory, memory.Own(body, held), redaction, isWhole: false);
        }

        memory.Own(body, held).Dispose();
        return Answer(response, status, default, null, null, isWhole: false, omitted: length ?? 0);
    }

    // An answer that cannot be decoded, or has no room when it is, is left out as a larger one is.
    private (PooledBuffer Body, long Held, bool IsComplete) DecodeSmall(
        HttpResponseMessage response, PooledBuffer body, long held, bool isComplete, int maxBytes)
    {
        if (!isComplete)
        {
            return (body, held, false);
        }

        try
        {
            var answer = AnswerCodings.Decode(response, body, held, maxBytes, memory);
            return (answer.Body, answer.Held, answer.Outcome is DecodingOutcome.Complete);
        }
        catch
        {
            memory.Own(body, held).Dispose();
            throw;
        }
    }

    // What cannot be decoded is left out: compressed bytes explain nothing.
    private static PooledBuffer DecodeBeginning(HttpResponseMessage response, PooledBuffer body)
    {
        if (AnswerCodings.Of(response, out var error) is not { } codings)
        {
            if (error is not null)
            {
                body.Clear();
            }

            return body;
        }

        var decoded = new PooledBuffer(Invocation.BeginningBytes);
        codings.DecodeBeginning(body.WrittenMemory, decoded, Invocation.BeginningBytes);
        body.Dispose();
        return decoded;
    }
}
