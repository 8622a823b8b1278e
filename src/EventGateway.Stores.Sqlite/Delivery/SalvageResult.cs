namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>The saved parts of a damaged file.</summary>
/// <param name="IsComplete">Whether all parts of the file could be read.</param>
/// <param name="Deliveries">How many deliveries wait in the new file. Null means that the file has none.</param>
/// <param name="Lost">How many waiting deliveries were lost because their events or subscriptions were.</param>
/// <param name="LostDeliveries">Events whose deliveries could not be read. Null when none are known.</param>
/// <param name="DeadLetters">How many dead letters were saved. Null means that the file has none.</param>
internal readonly record struct SalvageResult(
    bool IsComplete, long? Deliveries = null, long Lost = 0, LostDeliveries? LostDeliveries = null, long? DeadLetters = null)
{
    /// <summary>Describes it in a few sentences, for the log.</summary>
    public string Describe()
    {
        var saved = Deliveries is { } deliveries ? $"{deliveries} waiting deliveries were saved.{(Lost > 0 ? $" {Lost} were lost, because their event or subscription cannot be read." : "")}"
            : DeadLetters is { } letters ? $"{letters} dead letters were saved."
            : IsComplete ? "All rows were saved." : "Almost nothing was saved.";
        var putBack = LostDeliveries?.DescribePutBack() is { } waiting ? " " + waiting : "";
        var unknown = LostDeliveries?.DescribeUnknown() is { } events ? $" {events}." : "";
        return $"{saved}{(IsComplete ? "" : " Other parts could not be read.")}{putBack}{unknown}";
    }
}
