using EventGateway.Abstractions.Secrets;

namespace EventGateway.Abstractions.Functions;

/// <summary>The answer of a function. Disposing it returns its body's buffer.</summary>
public sealed class FunctionResult : IDisposable
{
    private readonly IDisposable? _owner;

    /// <summary>Creates a result.</summary>
    /// <param name="outcome">How the call ended.</param>
    /// <param name="body">The body of the answer; empty without one.</param>
    /// <param name="owner">Owns the body's memory. Null when it needs no release.</param>
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

    /// <summary>
    /// The size of the answer, in bytes, when it was left out of <see cref="Body"/>; 0 when the size is not known. Null when
    /// <see cref="Body"/> has the answer, or when only the outcome was wanted.
    /// </summary>
    public long? OmittedBytes { get; init; }

    /// <summary>The provider's status, an HTTP status for <c>http</c>. Null when there was no answer.</summary>
    public int? Status { get; init; }

    /// <summary>Why the call failed, for the operator. Null when it succeeded.</summary>
    public string? Error { get; init; }

    /// <summary>
    /// Masks the secrets that were sent to the function, which may repeat them in <see cref="Body"/>. The body must be masked before it
    /// is stored or shown to anyone but the sender of the event. Null when no secret was sent.
    /// </summary>
    public Redaction? Redaction { get; init; }

    /// <summary>How long the function asks the gateway to wait. Null when it does not ask.</summary>
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
    /// Whether a transport may still read the payload's memory, so that the memory must not go back to a pool. Default: false.
    /// </summary>
    public bool PayloadStillRead { get; set; }

    /// <inheritdoc/>
    public void Dispose() => _owner?.Dispose();
}
