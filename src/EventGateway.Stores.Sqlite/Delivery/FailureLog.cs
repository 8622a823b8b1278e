using EventGateway.Stores.Sqlite.Database;
using Microsoft.Extensions.Logging;

namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>Logs failures of the disk, at most once every 10 s. Safe for concurrent use.</summary>
internal sealed class FailureLog(string directory, ILogger logger, TimeProvider timeProvider)
{
    private static readonly TimeSpan MinInterval = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private long? _last;
    private long _refused;

    /// <summary>Logs a transaction that failed.</summary>
    public void Report(Exception exception, int refused, int postponed)
    {
        if (!TryBegin(refused, out var total))
        {
            return;
        }

        if (DiskReserve.IsDiskFull(exception))
        {
            SqliteLog.DiskFull(logger, directory, total, postponed);
        }
        else
        {
            SqliteLog.DeliveriesNotStored(logger, total, postponed, exception);
        }
    }

    /// <summary>Logs work in the background that failed.</summary>
    public void Report(Exception exception)
    {
        if (!TryBegin(refused: 0, out var total))
        {
            return;
        }

        if (DiskReserve.IsDiskFull(exception))
        {
            SqliteLog.DiskFull(logger, directory, total, postponed: 0);
        }
        else
        {
            SqliteLog.MaintenanceFailed(logger, exception);
        }
    }

    private bool TryBegin(int refused, out long total)
    {
        lock (_gate)
        {
            total = _refused += refused;
            if (_last is { } last && timeProvider.GetElapsedTime(last) < MinInterval)
            {
                return false;
            }

            _last = timeProvider.GetTimestamp();
            _refused = 0;
            return true;
        }
    }
}
