using EventGateway.Abstractions.Functions;
using EventGateway.CloudEvents.Buffers;

namespace EventGateway.Abstractions.Connections;

/// <summary>Counts the memory that large answers of functions hold.</summary>
/// <param name="options">The budget, and the observer of refusals.</param>
public sealed class AnswerMemory(ConnectionOptions options)
{
    // Smaller answers are not counted: the number of connections bounds them.
    private const int Small = 64 * 1024;
    private const string Reason = "answer_memory";

    /// <summary>Reserves the memory of a buffer.</summary>
    /// <param name="capacity">The size, in bytes.</param>
    /// <param name="held">The bytes that are reserved for the same answer. New ones are added.</param>
    /// <returns>Whether there was room.</returns>
    public bool TryHold(long capacity, ref long held)
    {
        var missing = capacity > Small ? capacity - held : 0;
        if (missing > 0 && options.AnswerMemory is { } memory)
        {
            if (!memory.TryReserve(missing))
            {
                options.Overload?.Refused(Reason);
                return false;
            }

            held += missing;
        }

        return true;
    }

    /// <summary>Releases reserved memory.</summary>
    /// <param name="held">The bytes that are reserved.</param>
    public void Release(long held) => options.AnswerMemory?.Release(held);

    /// <summary>Returns the result of a call whose answer has no room in memory. The function has run.</summary>
    /// <param name="outcome">How the call ended, by the answer's status.</param>
    /// <param name="status">The answer's status.</param>
    /// <param name="retryAfter">How long the function asks the gateway to wait. Null when it does not ask.</param>
    public static FunctionResult Refuse(FunctionOutcome outcome, int status, TimeSpan? retryAfter) =>
        NotRead(outcome, status, retryAfter, "there is no room for it.");

    /// <summary>Returns the result of a call whose answer could not be read because memory could not be allocated. The function has run.</summary>
    /// <param name="outcome">How the call ended, by the answer's status.</param>
    /// <param name="status">The answer's status.</param>
    /// <param name="retryAfter">How long the function asks the gateway to wait. Null when it does not ask.</param>
    public static FunctionResult OutOfMemory(FunctionOutcome outcome, int status, TimeSpan? retryAfter)
    {
        var result = NotRead(outcome, status, retryAfter, "there was not enough memory.");
        // An answer may come before the whole request was sent.
        result.PayloadStillRead = true;
        return result;
    }

    /// <summary>Returns an owner that releases a buffer and its reserved memory.</summary>
    /// <param name="body">The buffer.</param>
    /// <param name="held">The bytes that are reserved.</param>
    public IDisposable Own(PooledBuffer body, long held) => held == 0 ? body : new Owner(body, this, held);

    // When the function failed too, its status decides whether the failure may pass.
    private static FunctionResult NotRead(FunctionOutcome outcome, int status, TimeSpan? retryAfter, string reason)
    {
        var refusal = CallRefusedException.Overloaded(reason);
        return new FunctionResult(outcome is FunctionOutcome.Success ? refusal.Outcome : outcome)
        {
            Status = status,
            Error = $"The answer was not read: {reason}",
            Refusal = refusal,
            RetryAfter = retryAfter ?? refusal.RetryAfter,
        };
    }

    private sealed class Owner(PooledBuffer body, AnswerMemory memory, long held) : IDisposable
    {
        private long _held = held;

        public void Dispose()
        {
            body.Dispose();
            memory.Release(Interlocked.Exchange(ref _held, 0));
        }
    }
}
