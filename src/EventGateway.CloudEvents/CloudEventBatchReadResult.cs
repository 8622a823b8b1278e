using System.Diagnostics.CodeAnalysis;

namespace EventGateway.CloudEvents;

/// <summary>What reading a batch gave: all of its events, or every rule that any of them breaks.</summary>
/// <param name="Events">The events in their order, possibly none. Not set: there are errors.</param>
/// <param name="Errors">One entry per broken rule, each naming the element and the attribute; empty where there are events.</param>
public readonly record struct CloudEventBatchReadResult(IReadOnlyList<CloudEvent>? Events, IReadOnlyList<string> Errors)
{
    /// <summary>Whether the batch is valid.</summary>
    [MemberNotNullWhen(true, nameof(Events))]
    public bool IsValid => Events is not null;
}
