using EventGateway.Abstractions.Functions;
using EventGateway.CloudEvents.Buffers;

namespace EventGateway.Abstractions.Connections;

/// <summary>Counts the memory that large answers of functions hold.</summary>
/// <param name="options">The budget, and who learns of what is refused.</param>
public sealed class AnswerMemory(ConnectionOptions options)
{
    // Smaller answers are not counted: connections bound their number.
    private const int Small = 64 * 1024;
    private const string Reason = "answer_memory";

    /// <summary>Takes what a buffer of this size needs.</summary>
    /// <param name="capacity">The size, in bytes.</param>
    /// <param name="held">What was taken for the same answer before; what is taken now is added.</param>
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

    /// <summary>Gives back what was taken.</summary>
    /// <param name="held">What was taken.</param>
    public void Release(long held) => options.AnswerMemory?.Release(held);

    /// <summary>The result of a call whose answer there is no room for. The function has run.</summary>
    /// <param name="outcome">How the call ended, by the answer's status.</param>
    /// <param name="status">The answer's status.</param>
    /// <param name="retryAfter">How long the function asked to be left alone. Null: it did not ask.</param>
    public static FunctionResult Refuse(FunctionOutcome outcome, int status, TimeSpan? retryAfter) =>
        NotRead(outcome, status, retryAfter, "there is no room for it.");

    /// <summary>The result of a call whose answer could not be read because memory could not be allocated. The function has run.</summary>
    /// <param name="outcome">How the call ended, by the answer's status.</param>
    /// <param name="status">The answer's status.</param>
    /// <param name="retryAfter">How long the function asked to be left alone. Null: it did not ask.</param>
    public static FunctionResult OutOfMemory(FunctionOutcome outcome, int status, TimeSpan? retryAfter)
    {
        var result = NotRead(outcome, status, retryAfter, "there was not enough memory.");
        // An answer may come before the request was sent whole.
        result.PayloadStillRead = true;
        return result;
    }

    /// <summary>Gives a buffer back, and what was taken for it.</summary>
    /// <param name="body">The buffer.</param>
    /// <param name="held">What was taken.</param>
    public IDisposable Own(PooledBuffer body, long held) => held == 0 ? body : new Owner(body, this, held);

    // Of a function that failed anyway, the status says whether that may pass.
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
