using EventGateway.Abstractions.Functions;

namespace EventGateway.Functions.Aws.Batching;

/// <summary>What became of one record of a batch.</summary>
/// <param name="Failure">Why it failed. Not set: the service has it.</param>
/// <param name="Receipt">The id that the service gave it. Not set: it failed.</param>
internal readonly record struct BatchItem(FunctionResult? Failure, string? Receipt)
{
    /// <summary>Whether the call failed as a whole, whichever of its records may be the reason. Default: it is this record's own outcome.</summary>
    public bool IsOfWholeCall { get; init; }

    /// <summary>The outcome of all records of a call that failed as a whole.</summary>
    /// <param name="failure">Why it failed.</param>
    /// <param name="count">How many records it had.</param>
    public static BatchItem[] OfWholeCall(FunctionResult failure, int count)
    {
        var items = new BatchItem[count];
        Array.Fill(items, new BatchItem(failure, null) { IsOfWholeCall = true });
        return items;
    }
}
