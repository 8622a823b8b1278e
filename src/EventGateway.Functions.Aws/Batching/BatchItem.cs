using EventGateway.Abstractions.Functions;

namespace EventGateway.Functions.Aws.Batching;

/// <summary>The outcome of one record of a batch.</summary>
/// <param name="Failure">Why the record failed. Null when the service accepted it.</param>
/// <param name="Receipt">The id that the service gave the record. Null when it failed.</param>
internal readonly record struct BatchItem(FunctionResult? Failure, string? Receipt)
{
    /// <summary>Whether the whole call failed, so that another record may be the reason. Default: false.</summary>
    public bool IsOfWholeCall { get; init; }

    /// <summary>Returns the outcomes of all records of a call that failed.</summary>
    /// <param name="failure">Why it failed.</param>
    /// <param name="count">The number of records.</param>
    public static BatchItem[] OfWholeCall(FunctionResult failure, int count)
    {
        var items = new BatchItem[count];
        Array.Fill(items, new BatchItem(failure, null) { IsOfWholeCall = true });
        return items;
    }
}
