namespace EventGateway.Stores.Sqlite;

/// <summary>The ids of the log lines of this project. A released id never changes its meaning.</summary>
internal static class LogEvents
{
    public const int Migrated = 2101;
    public const int WritesFailed = 2102;
    public const int DeliveriesNotStored = 2103;
    public const int MaintenanceFailed = 2104;
    public const int EventDamaged = 2105;

    public const int Adopted = 2110;
    public const int FileMissing = 2111;
    public const int FileIsBack = 2112;
    public const int FileSetAside = 2113;
    public const int FileStillSetAside = 2114;
    public const int ConfigurationAccepted = 2115;
    public const int DiskFull = 2116;
    public const int ConfigDiskFull = 2117;
    public const int FileRepaired = 2118;
    public const int RepairFinished = 2119;
    public const int ConfigDamaged = 2120;
    public const int ManifestLost = 2121;
}
