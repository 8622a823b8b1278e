using System.Diagnostics.CodeAnalysis;

namespace EventGateway.CloudEvents;

/// <summary>The result of reading a batch: its events, or all errors.</summary>
/// <param name="Events">The events in their order, possibly none. Null when there are errors.</param>
/// <param name="Errors">The errors, each with the index of the element and the name of the attribute. Empty when the batch is valid.</param>
public readonly record struct CloudEventBatchReadResult(IReadOnlyList<CloudEvent>? Events, IReadOnlyList<string> Errors)
{
    /// <summary>Whether the batch is valid.</summary>
    [MemberNotNullWhen(true, nameof(Events))]
    public bool IsValid => Events is not null;
}
