using EventGateway.Options;
using EventGateway.Serving;
using EventGateway.Stores.Sqlite.Config;
using EventGateway.Stores.Sqlite.Database;
using EventGateway.Stores.Sqlite.Delivery;

namespace EventGateway.Hosting;

/// <summary>The two stores of the data directory. They are disposed together, deliveries first.</summary>
internal sealed partial class Stores : IAsyncDisposable
{
    private readonly DiskReserve _reserve;

    private Stores(SqliteConfigStore config, SqliteDeliveryStore deliveries, DiskReserve reserve)
    {
        _reserve = reserve;
        Config = config;
        Deliveries = deliveries;
    }

    /// <summary>The config store.</summary>
    public SqliteConfigStore Config { get; }

    /// <summary>The store of deliveries with the guarantee <c>atLeastOnce</c>.</summary>
    public SqliteDeliveryStore Deliveries { get; }

    /// <summary>Opens both stores. On a full disk the reserve is released, so that SQLite has room for its files.</summary>
    public static async Task<Stores> OpenAsync(GatewayOptions options, MachineLimits limits, ILogger logger, CancellationToken cancellationToken)
    {
        var reserve = new DiskReserve(options.DataDirectory);
        Stores stores;
        try
        {
            stores = await OpenAsync(options, limits, reserve, logger, cancellationToken);
        }
        catch (Exception exception) when (DiskReserve.IsDiskFull(exception) && reserve.TryRelease())
        {
            LogDiskFull(logger, options.DataDirectory);
            return await OpenAsync(options, limits, reserve, logger, cancellationToken);
        }

        reserve.Keep();
        return stores;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Deliveries.DisposeAsync();
        await Config.DisposeAsync();
        // Closing the stores may have freed enough space for the reserve.
        _reserve.Keep();
    }

    private static async Task<Stores> OpenAsync(
        GatewayOptions options, MachineLimits limits, DiskReserve reserve, ILogger logger, CancellationToken cancellationToken)
    {
        var config = await SqliteConfigStore.OpenAsync(
            options.DataDirectory, options.AcceptMissingFiles, TimeProvider.System, logger, cancellationToken);
        try
        {
            var settings = new SqliteDeliveryOptions
            {
                MemoryBytes = limits.StoreBytes,
                Retention = options.Retention,
                RetentionBytes = options.RetentionSize,
                BacklogBytes = options.DeliveryBacklogSize,
                DedupKeys = options.DedupKeys,
                AcceptMissingFiles = options.AcceptMissingFiles,
            };
            return new Stores(config, await SqliteDeliveryStore.OpenAsync(options.DataDirectory, settings, TimeProvider.System, logger, cancellationToken), reserve);
        }
        catch
        {
            await config.DisposeAsync();
            throw;
        }
    }

    [LoggerMessage(LogEvents.StoresDiskFull, LogLevel.Error,
        "Disk full: there is no room in the data directory {Directory}. Sync subscriptions and reads are served. Events and changes that must be stored may get 503 until space is free.")]
    private static partial void LogDiskFull(ILogger logger, string directory);
}
