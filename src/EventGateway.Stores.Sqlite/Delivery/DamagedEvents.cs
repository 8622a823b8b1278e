using EventGateway.Abstractions.Delivery;
using EventGateway.Stores.Sqlite.Database;

namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>Logs and counts stored events whose checksum is wrong, and names the files that have them. Safe for concurrent use.</summary>
internal sealed class DamagedEvents(StoreFiles files)
{
    /// <summary>Counts them. Null means that they are not counted.</summary>
    public StoreMetrics? Metrics { get; set; }

    /// <summary>Reports an event.</summary>
    /// <param name="path">The file that has it.</param>
    /// <param name="eventId">The stored id of the event.</param>
    public void Report(string path, string eventId)
    {
        SqliteLog.EventDamaged(files.Logger, path, eventId);
        files.Faults.Add(new StoreFault(Manifest.NameOf(path), StoreFaultKind.DamagedEvents));
        Metrics?.FoundDamaged();
    }
}
