using Microsoft.Extensions.Logging;

namespace EventGateway.Sqlite.Internal;

/// <summary>The log lines of the embedded stores (event ids 2101 to 2199).</summary>
internal static partial class SqliteLog
{
    [LoggerMessage(2101, LogLevel.Information, "Store {Path} is now of version {Version} ({Summary}).")]
    public static partial void Migrated(ILogger logger, string path, int version, string summary);

    [LoggerMessage(2102, LogLevel.Error, "{Count} writes to the config store failed.")]
    public static partial void WritesFailed(ILogger logger, int count, Exception exception);

    [LoggerMessage(2103, LogLevel.Error,
        "Deliveries cannot be stored now: {Refused} requests were refused since the last such line, the ends of {Postponed} deliveries are stored later.")]
    public static partial void DeliveriesNotStored(ILogger logger, long refused, int postponed, Exception exception);

    [LoggerMessage(2104, LogLevel.Error, "The files of the delivery store cannot be tended now; trying again.")]
    public static partial void DeliveryFilesNotTended(ILogger logger, Exception exception);
}
