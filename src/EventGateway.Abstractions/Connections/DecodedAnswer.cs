using EventGateway.Abstractions.Functions;
using EventGateway.CloudEvents.Buffers;
using EventGateway.CloudEvents.Http;

namespace EventGateway.Abstractions.Connections;

/// <summary>The body of an answer after decoding, or why it could not be decoded.</summary>
/// <param name="Body">The decoded body; the body as it was sent when decoding failed. To be disposed.</param>
/// <param name="Held">The memory that is reserved for the body, in bytes.</param>
/// <param name="Outcome">How decoding ended.</param>
/// <param name="Problem">What is wrong, as the end of a sentence about the body. It may repeat a part of a header. Null when nothing is.</param>
public readonly record struct DecodedAnswer(PooledBuffer Body, long Held, DecodingOutcome Outcome, string? Problem)
{
    /// <summary>The outcome of a call with a status of success whose answer cannot be decoded.</summary>
    /// <remarks>A damaged answer is retried, as one that is not valid HTTP is.</remarks>
    public FunctionOutcome FailureOutcome => Outcome is DecodingOutcome.Damaged ? FunctionOutcome.Retryable : FunctionOutcome.Permanent;
}
