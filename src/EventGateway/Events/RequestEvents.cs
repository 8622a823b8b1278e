using EventGateway.CloudEvents;

namespace EventGateway.Events;

/// <summary>The events of a request: one, a batch, or the reasons why the request is refused. They point into its body.</summary>
internal readonly record struct RequestEvents
{
    /// <summary>The event. Null when the request carries a batch or is refused.</summary>
    public CloudEvent? Event { get; private init; }

    /// <summary>The events of a batch, possibly none. Null when the request carries one event or is refused.</summary>
    public IReadOnlyList<CloudEvent>? Batch { get; private init; }

    /// <summary>Whether the gateway made the event and its id. Default: the sender did.</summary>
    public bool IsMadeHere { get; init; }

    /// <summary>Why the request is refused, one entry for each broken rule. Null when it is valid.</summary>
    public IReadOnlyList<string>? Errors { get; private init; }

    /// <summary>Returns one event.</summary>
    public static RequestEvents Of(CloudEvent cloudEvent) => new() { Event = cloudEvent };

    /// <summary>Returns a batch.</summary>
    public static RequestEvents Of(IReadOnlyList<CloudEvent> batch) => new() { Batch = batch };

    /// <summary>Returns the reasons for a refusal.</summary>
    public static RequestEvents Invalid(params IReadOnlyList<string> errors) => new() { Errors = errors };
}
