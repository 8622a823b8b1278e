using EventGateway.Core.Delivery;
using EventGateway.Sqlite.Internal;
using Microsoft.Extensions.Logging;

namespace EventGateway.Sqlite.Delivery;

/// <summary>Logs and counts stored events whose checksum is wrong. Safe for concurrent use.</summary>
internal sealed class DamagedEvents(ILogger logger)
{
    /// <summary>Counts them. Null means that they are not counted.</summary>
    public DeliveryMetrics? Metrics { get; set; }

    /// <summary>Reports an event.</summary>
    /// <param name="path">The file that has it.</param>
    /// <param name="eventId">The event's id as it is stored.</param>
    public void Report(string path, string eventId)
    {
        SqliteLog.EventDamaged(logger, path, eventId);
        Metrics?.FoundDamaged();
    }
}
