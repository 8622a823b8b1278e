using EventGateway.CloudEvents;

namespace EventGateway.Abstractions.Functions;

/// <summary>What a provider gets to call a function with: the event as it is sent, and what is known of it beside.</summary>
/// <param name="EventId">The event's id.</param>
/// <param name="EventType">The event's type.</param>
/// <param name="Payload">The event, written in the format that the subscription asks for.</param>
public readonly record struct Invocation(string EventId, string EventType, EventPayload Payload)
{
    /// <summary>How much of an answer is kept to tell why a call failed, in bytes.</summary>
    public const int BeginningBytes = 1024;

    /// <summary>
    /// Whether nobody waits for the answer: the provider then hands out its beginning where the call failed, and of a
    /// success nothing. Default: the answer is wanted.
    /// </summary>
    public bool WantsOutcomeOnly { get; init; }

    /// <summary>The <c>Via</c> of the request that brought the event, without this gateway. Default: null, the event came by no request or by none that has one.</summary>
    public string? Via { get; init; }

    /// <summary>
    /// Reads the event's <c>partitionkey</c> extension (CloudEvents extension "Partitioning"). It is looked up in the
    /// payload, so that only those who need it pay for it.
    /// </summary>
    /// <returns>The key, or null where the event has none, or an empty one.</returns>
    public string? FindPartitionKey() => PayloadExtension.Find(Payload, "partitionkey");

    /// <summary>Reads the event's <c>source</c>, in the same way.</summary>
    /// <returns>The source, or null where the payload does not say.</returns>
    public string? FindSource() => PayloadExtension.Find(Payload, "source");
}
