namespace EventGateway.Sqlite.Delivery;

/// <summary>What was saved of a damaged file.</summary>
/// <param name="IsComplete">Whether all parts of the file could be read.</param>
/// <param name="Deliveries">How many waiting deliveries were saved. Null means that the file has none.</param>
/// <param name="Lost">How many waiting deliveries were lost at least.</param>
/// <param name="Unknown">How many events there are of which neither deliveries nor attempts could be read.</param>
/// <param name="DeadLetters">How many dead letters were saved. Null means that the file has none.</param>
internal readonly record struct SalvageResult(
    bool IsComplete, long? Deliveries = null, long Lost = 0, long Unknown = 0, long? DeadLetters = null)
{
    /// <summary>Says it in a sentence, for the log.</summary>
    public string Describe()
    {
        var saved = Deliveries is { } deliveries ? $"{deliveries} waiting deliveries were saved, {Lost} of which the event or the subscription cannot be read were lost"
            : DeadLetters is { } letters ? $"{letters} dead letters were saved"
            : IsComplete ? "all of it" : "next to nothing";
        return IsComplete ? saved + "."
            : Unknown > 0 ? $"{saved}; other parts could not be read, and of {Unknown} events it is not known whether they were delivered."
            : saved + "; other parts could not be read.";
    }
}
