using EventGateway.Abstractions.Config;
using EventGateway.Abstractions.Delivery;
using EventGateway.Stores.Sqlite.Database;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using static SQLitePCL.raw;

namespace EventGateway.Stores.Sqlite.Config;

/// <summary>Notes that <c>config.db</c> was found damaged while it is in use. It stays so until a start finds the file whole. Safe for concurrent use.</summary>
/// <param name="path">The file.</param>
/// <param name="logger">Receives one line, for the first finding.</param>
internal sealed class ConfigDamage(string path, ILogger logger)
{
    private StoreFault[] _faults = [];

    /// <summary>The file, once it was found damaged.</summary>
    public IReadOnlyList<StoreFault> Faults => Volatile.Read(ref _faults);

    /// <summary>Notes damage when an exception says that the file is damaged.</summary>
    /// <returns>Whether the exception reports damage.</returns>
    public bool TryReport(Exception exception)
    {
        if (!IsDamage(exception))
        {
            return false;
        }

        StoreFault[] found = [new StoreFault(Manifest.Config, StoreFaultKind.Damaged)];
        if (Interlocked.Exchange(ref _faults, found).Length == 0)
        {
            SqliteLog.ConfigDamaged(logger, path, exception.Message);
        }

        return true;
    }

    // The statements never change, so an error in one means that a table is missing, and a refusal that the header is wrong.
    private static bool IsDamage(Exception exception) =>
        FileCheck.IsDamage(exception) || exception is ConfigStoreRefusedException or SqliteException { SqliteErrorCode: SQLITE_ERROR };
}
