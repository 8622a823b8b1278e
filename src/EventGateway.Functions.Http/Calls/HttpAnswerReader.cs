using System.Runtime.CompilerServices;
using EventGateway.Abstractions.Connections;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Secrets;
using EventGateway.CloudEvents.Buffers;
using EventGateway.CloudEvents.Http;
using EventGateway.Functions.Http.Connections;

namespace EventGateway.Functions.Http.Calls;

/// <summary>Reads the answers of functions.</summary>
/// <param name="maxBytes">The largest body, in bytes.</param>
/// <param name="memory">Counts the memory of large answers.</param>
/// <param name="timeProvider">The clock that dates in <c>Retry-After</c> are compared with.</param>
internal sealed partial class HttpAnswerReader(int maxBytes, AnswerMemory memory, TimeProvider timeProvider)
{
    /// <summary>Reads a whole answer.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<FunctionResult> ReadAsync(HttpResponseMessage response, Redaction? redaction, CancellationToken cancellationToken)
    {
        var status = (int)response.StatusCode;
        var length = LengthOf(response);
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
                    return AnswerCodings.IsCoded(response)
                        ? Decode(response, status, ref body, ref held, redaction)
                        : Answer(response, status, body.WrittenMemory, memory.Own(body, held), redaction, isWhole: true);
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

    // A length that is too large for a number is not read as one, but it is larger than every limit.
    private static long? LengthOf(HttpResponseMessage response) => response.Content.Headers is var headers && headers.ContentLength is { } length ? length
        : headers.NonValidated.TryGetValues("Content-Length", out var text) && !text.ToString().AsSpan().ContainsAnyExceptInRange('0', '9') ? long.MaxValue
        : null;

    private FunctionResult Decode(HttpResponseMessage response, int status, ref PooledBuffer body, ref long held, Redaction? redaction)
    {
        var answer = AnswerCodings.Decode(response, body, held, maxBytes, memory);
        (body, held) = (answer.Body, answer.Held);
        if (answer.Outcome is DecodingOutcome.Complete)
        {
            return Answer(response, status, body.WrittenMemory, memory.Own(body, held), redaction, isWhole: true);
        }

        memory.Own(body, held).Dispose();
        return answer.Outcome is DecodingOutcome.NoRoom
            ? AnswerMemory.Refuse(HttpOutcome.Classify(status), status, HttpOutcome.ReadRetryAfter(response, timeProvider))
            : Unreadable(response, status, redaction?.Apply(answer.Problem!) ?? answer.Problem!, answer.FailureOutcome);
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

    private FunctionResult TooLarge(HttpResponseMessage response, int status) =>
        Unreadable(response, status, $"of more than {maxBytes} bytes", FunctionOutcome.Permanent);

    // When the function failed too, its status decides whether the failure may pass.
    private FunctionResult Unreadable(HttpResponseMessage response, int status, string problem, FunctionOutcome afterSuccess)
    {
        var outcome = HttpOutcome.Classify(status);
        return new FunctionResult(outcome is FunctionOutcome.Success ? afterSuccess : outcome)
        {
            Error = $"The function answered with status {status} and a body {problem}.",
            RetryAfter = HttpOutcome.ReadRetryAfter(response, timeProvider),
        };
    }
}
