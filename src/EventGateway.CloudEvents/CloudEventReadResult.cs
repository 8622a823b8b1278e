using System.Diagnostics.CodeAnalysis;

namespace EventGateway.CloudEvents;

/// <summary>What reading one event gave: the event, or every rule that it breaks.</summary>
/// <param name="Event">The event. Not set: there are errors.</param>
/// <param name="Errors">One entry per broken rule, each naming the attribute; empty where there is an event.</param>
public readonly record struct CloudEventReadResult(CloudEvent? Event, IReadOnlyList<string> Errors)
{
    /// <summary>Whether there is an event.</summary>
    [MemberNotNullWhen(true, nameof(Event))]
    public bool IsValid => Event is not null;

    internal static CloudEventReadResult Valid(CloudEvent cloudEvent) => new(cloudEvent, []);

    internal static CloudEventReadResult Invalid(params IReadOnlyList<string> errors) => new(null, errors);
}
