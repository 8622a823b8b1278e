using System.Diagnostics.CodeAnalysis;

namespace EventGateway.CloudEvents;

/// <summary>The result of reading one event: the event, or all errors.</summary>
/// <param name="Event">The event. Null when there are errors.</param>
/// <param name="Errors">The errors, each with the name of the attribute. Empty when the event is valid.</param>
public readonly record struct CloudEventReadResult(CloudEvent? Event, IReadOnlyList<string> Errors)
{
    /// <summary>Whether the event is valid.</summary>
    [MemberNotNullWhen(true, nameof(Event))]
    public bool IsValid => Event is not null;

    /// <summary>Returns the result of reading a valid event.</summary>
    public static CloudEventReadResult Valid(CloudEvent cloudEvent) => new(cloudEvent, []);

    /// <summary>Returns the result of reading an invalid event.</summary>
    public static CloudEventReadResult Invalid(params IReadOnlyList<string> errors) => new(null, errors);
}
