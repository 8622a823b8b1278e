using EventGateway.CloudEvents;

namespace EventGateway.Events;

/// <summary>What a request to the Events API carries. Events point into the request's body.</summary>
internal readonly record struct EventRequest
{
    /// <summary>What it is.</summary>
    public EventRequestKind Kind { get; private init; }

    /// <summary>The event. Not set: <see cref="Kind"/> is not <see cref="EventRequestKind.Event"/>.</summary>
    public CloudEvent? Event { get; private init; }

    /// <summary>The events of a batch, possibly none. Not set: <see cref="Kind"/> is not <see cref="EventRequestKind.Batch"/>.</summary>
    public IReadOnlyList<CloudEvent>? Batch { get; private init; }

    /// <summary>What is wrong, one entry per broken rule. Not set: <see cref="Kind"/> is not <see cref="EventRequestKind.Invalid"/>.</summary>
    public IReadOnlyList<string>? Errors { get; private init; }

    /// <summary>A plain HTTP request.</summary>
    public static EventRequest Http { get; } = new() { Kind = EventRequestKind.Http };

    /// <summary>One event.</summary>
    public static EventRequest Of(CloudEvent cloudEvent) => new() { Kind = EventRequestKind.Event, Event = cloudEvent };

    /// <summary>A batch.</summary>
    public static EventRequest Of(IReadOnlyList<CloudEvent> batch) => new() { Kind = EventRequestKind.Batch, Batch = batch };

    /// <summary>Nothing that can be taken.</summary>
    public static EventRequest Invalid(params IReadOnlyList<string> errors) => new() { Kind = EventRequestKind.Invalid, Errors = errors };
}
