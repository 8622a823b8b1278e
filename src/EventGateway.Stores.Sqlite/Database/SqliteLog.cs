using Microsoft.Extensions.Logging;

namespace EventGateway.Stores.Sqlite.Database;

/// <summary>The log lines of the embedded stores (event ids 2101 to 2199).</summary>
internal static partial class SqliteLog
{
    [LoggerMessage(LogEvents.Migrated, LogLevel.Information, "Store {Path} now has version {Version} ({Summary}).")]
    public static partial void Migrated(ILogger logger, string path, int version, string summary);

    [LoggerMessage(LogEvents.WritesFailed, LogLevel.Error, "{Count} writes to the config store failed.")]
    public static partial void WritesFailed(ILogger logger, int count, Exception exception);

    [LoggerMessage(LogEvents.DeliveriesNotStored, LogLevel.Error,
        "Deliveries cannot be stored now: {Refused} requests were refused since the last such line. The results of {Postponed} deliveries are stored later.")]
    public static partial void DeliveriesNotStored(ILogger logger, long refused, int postponed, Exception exception);

    [LoggerMessage(LogEvents.MaintenanceFailed, LogLevel.Error,
        "The files of the delivery store cannot be maintained now. The store tries again.")]
    public static partial void MaintenanceFailed(ILogger logger, Exception exception);

    [LoggerMessage(LogEvents.EventDamaged, LogLevel.Error,
        "Event {EventId} in {File} is damaged: its checksum is wrong. It is not delivered.")]
    public static partial void EventDamaged(ILogger logger, string file, string eventId);

    [LoggerMessage(LogEvents.Adopted, LogLevel.Information,
        "{Path} now lists the {Count} files of this data directory, which has the id {Store}.")]
    public static partial void Adopted(ILogger logger, string path, int count, Guid store);

    [LoggerMessage(LogEvents.FileMissing, LogLevel.Error,
        "{File} is missing in {Directory}. Its data is not available. Stop the server and put the file back, or start once with --accept-missing-files.")]
    public static partial void FileMissing(ILogger logger, string file, string directory);

    [LoggerMessage(LogEvents.FileIsBack, LogLevel.Information, "{File} was missing and is back.")]
    public static partial void FileIsBack(ILogger logger, string file);

    [LoggerMessage(LogEvents.FileSetAside, LogLevel.Error, "{File} cannot be used: {Reason} It is now {NewName}; nothing was deleted.")]
    public static partial void FileSetAside(ILogger logger, string file, string reason, string newName);

    [LoggerMessage(LogEvents.FileStillSetAside, LogLevel.Warning,
        "{File} was set aside earlier. Move it out of the data directory once you do not need it.")]
    public static partial void FileStillSetAside(ILogger logger, string file);

    [LoggerMessage(LogEvents.ConfigurationAccepted, LogLevel.Warning,
        "'{Path}' {State}. The server begins with an empty configuration, as --accept-missing-files asks.")]
    public static partial void ConfigurationAccepted(ILogger logger, string path, string state);

    [LoggerMessage(LogEvents.DiskFull, LogLevel.Error,
        "Disk full: there is no room for deliveries in {Directory}. {Refused} requests were refused since the last such line. The results of {Postponed} deliveries are stored later.")]
    public static partial void DiskFull(ILogger logger, string directory, long refused, int postponed);

    [LoggerMessage(LogEvents.ConfigDiskFull, LogLevel.Error,
        "Disk full: there is no room for {File}. {Count} writes to the config store failed.")]
    public static partial void ConfigDiskFull(ILogger logger, string file, int count);

    [LoggerMessage(LogEvents.FileRepaired, LogLevel.Error,
        "{File} is damaged: {Reason} A copy of its readable part is in use: {Result} The damaged file is now {NewName}; nothing was deleted.")]
    public static partial void FileRepaired(ILogger logger, string file, string reason, string result, string newName);

    [LoggerMessage(LogEvents.RepairFinished, LogLevel.Warning,
        "'{Path}' was missing, because a repair was interrupted. The repair is finished now.")]
    public static partial void RepairFinished(ILogger logger, string path);

    [LoggerMessage(LogEvents.ConfigDamaged, LogLevel.Error,
        "{File} is damaged: {Reason} The gateway uses the configuration in memory. Changes of the configuration may fail. Stop the server and run event-gateway doctor.")]
    public static partial void ConfigDamaged(ILogger logger, string file, string reason);

    [LoggerMessage(LogEvents.ManifestLost, LogLevel.Error,
        "{Path} was missing, so missing files cannot be detected. A new one lists the {Count} files that are there; compare them with a backup.")]
    public static partial void ManifestLost(ILogger logger, string path, int count);
}
