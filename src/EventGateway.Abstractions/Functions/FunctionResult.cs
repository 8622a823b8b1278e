using EventGateway.Abstractions.Secrets;

namespace EventGateway.Abstractions.Functions;

/// <summary>The answer of a function. Disposing it returns its body's buffer.</summary>
public sealed class FunctionResult : IDisposable
{
    private readonly IDisposable? _owner;

    /// <summary>Creates a result.</summary>
    /// <param name="outcome">How the call ended.</param>
    /// <param name="body">The body of the answer; empty without one.</param>
    /// <param name="owner">What owns the body's memory. Not set: nobody needs to give it back.</param>
    public FunctionResult(FunctionOutcome outcome, ReadOnlyMemory<byte> body = default, IDisposable? owner = null)
    {
        Outcome = outcome;
        Body = body;
        _owner = owner;
    }

    /// <summary>How the call ended.</summary>
    public FunctionOutcome Outcome { get; }

    /// <summary>The body of the answer, valid until disposal.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>The provider's status, an HTTP status for <c>http</c>. Not set: there was no answer.</summary>
    public int? Status { get; init; }

    /// <summary>Why the call failed, for the operator. Not set: it did not.</summary>
    public string? Error { get; init; }

    /// <summary>
    /// Masks the secrets that the function was sent. <see cref="Body"/> is as the function answered: it must not be kept or shown,
    /// except to whoever the answer is for, without this. Null: it was sent no secret.
    /// </summary>
    public Redaction? Redaction { get; init; }

    /// <summary>How long the function asked to be left alone. Not set: it did not ask.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Why the gateway itself did not make the call, or did not read the answer. Default: null, it did both.</summary>
    public CallRefusedException? Refusal { get; init; }

    /// <summary>
    /// The media type of <see cref="Body"/>, as the function sent it. Null when the function sent none, when it is not called over
    /// HTTP, or when only the outcome was wanted.
    /// </summary>
    public string? ContentType { get; init; }

    /// <summary>
    /// The <c>ce-</c> headers of an HTTP response in the binary mode of CloudEvents, with names in lower case. Empty when the response
    /// is not in binary mode. Null when the function is not called over HTTP, or when only the outcome was wanted.
    /// </summary>
    public IReadOnlyList<KeyValuePair<string, string>>? EventHeaders { get; init; }

    /// <summary>
    /// Whether a transport may still be about to read the payload's memory: leave that to the garbage collector then, instead of
    /// giving it back to a pool. Default: not.
    /// </summary>
    public bool PayloadStillRead { get; set; }

    /// <inheritdoc/>
    public void Dispose() => _owner?.Dispose();
}
