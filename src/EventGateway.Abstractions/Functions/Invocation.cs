using EventGateway.CloudEvents;

namespace EventGateway.Abstractions.Functions;

/// <summary>An event for a function: its payload, and the attributes that a provider needs beside it.</summary>
/// <param name="EventId">The event's id.</param>
/// <param name="EventType">The event's type.</param>
/// <param name="Payload">The event, written in the format that the subscription asks for.</param>
public readonly record struct Invocation(string EventId, string EventType, EventPayload Payload)
{
    /// <summary>The bytes of a failed call's answer that are kept to explain the failure.</summary>
    public const int BeginningBytes = 1024;

    /// <summary>
    /// Whether only the outcome is wanted. The provider then returns the beginning of the answer when the call failed, and no answer
    /// when it succeeded. Default: false.
    /// </summary>
    public bool WantsOutcomeOnly { get; init; }

    /// <summary>
    /// How many bytes an answer may have that is returned even when only the outcome is wanted. A larger one, or one that cannot be
    /// read, is left out (<see cref="FunctionResult.OmittedBytes"/>) and does not change the outcome. Default: 0, no answer.
    /// </summary>
    public int AnswerBytes { get; init; }

    /// <summary>Whether the answer of a success is not needed: only the outcome is wanted, and no answer beside it.</summary>
    public bool NeedsNoAnswer => WantsOutcomeOnly && AnswerBytes == 0;

    /// <summary>The <c>Via</c> of the request that brought the event, without this gateway. Default: null, none.</summary>
    public string? Via { get; init; }

    /// <summary>
    /// Reads the event's <c>partitionkey</c> extension (CloudEvents extension "Partitioning"). Each call searches the payload, so that
    /// functions without partitions cost nothing.
    /// </summary>
    /// <returns>The key. Null when it is missing or empty.</returns>
    public string? FindPartitionKey() => PayloadExtension.Find(Payload, "partitionkey");

    /// <summary>Reads the event's <c>source</c>. Each call searches the payload.</summary>
    /// <returns>The source. Null when the payload has none.</returns>
    public string? FindSource() => PayloadExtension.Find(Payload, "source");
}
