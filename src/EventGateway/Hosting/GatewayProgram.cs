using System.Diagnostics.Metrics;
using System.Net.Sockets;
using EventGateway.Abstractions.Config;
using EventGateway.Abstractions.Plugins;
using EventGateway.Engine.Plugins;
using EventGateway.Observability;
using EventGateway.Options;
using EventGateway.Plugins;
using EventGateway.Serving;
using EventGateway.Stores.Sqlite.Database;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace EventGateway.Hosting;

/// <summary>Runs the server from start to stop.</summary>
internal static partial class GatewayProgram
{
    /// <summary>Runs until the process is stopped.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(GatewayOptions options)
    {
        using var output = ConsoleOutput.Bound();
        if (options.Dev)
        {
            // Before anything that takes time, so that a developer does not look at an empty screen.
            Console.WriteLine($"Event Gateway {typeof(GatewayProgram).Assembly.GetName().Version?.ToString(3)} starts for development, with the state in {Path.GetFullPath(options.DataDirectory)}.");
        }

        using var signals = new StopSignals();
        return await RunAsync(options, output, signals);
    }

    private static async Task<int> RunAsync(GatewayOptions options, ConsoleOutput output, StopSignals signals)
    {
        using var loggers = LoggerFactory.Create(logging => logging.AddGateway(options));
        var logger = loggers.CreateLogger("EventGateway");
        output.ReportTo(logger);
        foreach (var warning in options.Warnings)
        {
            LogOptionWarning(logger, warning);
        }

        if (await CreateAsync(options.Plugins, logger) is not { } plugins)
        {
            return 1;
        }

        try
        {
            // Opens the stores before the listeners: when another process holds the stores, this one must not take its requests.
            var limits = MachineLimits.Read();
            limits.BoundThreadPool();
            await using var stores = await Stores.OpenAsync(options, limits, logger, signals.Stopping);
            await using var app = GatewayApplication.Build(options, limits, stores.Config, stores.Deliveries, plugins, signals);
            using var stop = signals.Stopping.Register(app.Lifetime.StopApplication);
            output.Observe(app.Services.GetRequiredService<IMeterFactory>());
            await app.StartAsync();
            OwnListeners.ForbidPort(app, options.Config);
            Greet(app, options, logger);
            await app.WaitForShutdownAsync();
            LogStopped(logger);
            return 0;
        }
        catch (OperationCanceledException) when (signals.Stopping.IsCancellationRequested)
        {
            // Stopped before the start was complete, or after --shutdown-timeout.
            LogStopped(logger);
            return 0;
        }
        catch (Exception exception) when (exception is ConfigStoreRefusedException or ConfigStoreUnavailableException or CertificateException or IOException or SocketException)
        {
            LogStartFailed(logger, exception switch
            {
                _ when DiskReserve.IsDiskFull(exception) => $"disk full: there is no room in the data directory '{options.DataDirectory}'. {exception.Message}",
                _ => exception.Message,
            });
            return 1;
        }
    }

    // Returns null when a plug-in cannot be created. The log has an error for each of them.
    private static async Task<IReadOnlyList<LoadedPlugin>?> CreateAsync(IReadOnlyList<PluginAssembly> assemblies, ILogger logger)
    {
        var all = true;
        var plugins = new List<LoadedPlugin>();
        foreach (var assembly in assemblies)
        {
            var loaded = plugins.Count;
            foreach (var error in await assembly.CreateAsync(plugins, new PluginLimits(), TimeProvider.System))
            {
                all = false;
                LogStartFailed(logger, $"--plugin is \"{assembly.Path}\": {error}");
            }

            foreach (var plugin in plugins.Skip(loaded))
            {
                LogPluginLoaded(logger, plugin.Name, assembly.Path, string.Join(", ", plugin.Subscriptions.Select(static subscription => subscription.EventType)));
            }
        }

        return all ? plugins : null;
    }

    private static void Greet(WebApplication app, GatewayOptions options, ILogger logger)
    {
        // Kestrel lists its listeners in the order in which they were configured.
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.ToArray();
        var (events, config) = (Readable(addresses[0]), Readable(addresses[1]));
        var everywhere = options.Events.Host is "*" ? " (on every address of this machine)" : "";
        LogListening(logger, events + everywhere, config);
        if (options.Metrics is not null)
        {
            LogMetricsListening(logger, Readable(addresses[2]));
        }

        var limits = app.Services.GetRequiredService<MachineLimits>();
        LogLimits(logger, limits.Descriptors, limits.EventsConnections, limits.ConfigConnections, limits.FunctionConnections, limits.Memory >> 20, limits.PoolThreads);
        if (limits.HasFewDescriptors)
        {
            LogFewDescriptors(logger, limits.Descriptors);
        }

        if (options.Dev)
        {
            Console.WriteLine($"""

                Event Gateway
                  Events API         {events}{everywhere}
                  Configuration API  {config}
                  State              {Path.GetFullPath(options.DataDirectory)}

                Send it an event:
                  curl {events}/echo -H 'Event: user.created' -d '{Sample}'
                POST /echo answers with the event. Other events that no subscription takes appear here; plain requests get 404.

                """);
        }
    }

    private const string Sample = "hello";

    private static string Readable(string address) => address.Replace("[::]", "localhost", StringComparison.Ordinal);

    [LoggerMessage(LogEvents.Listening, LogLevel.Information, "Events API on {Events}, Configuration API on {Config}.")]
    private static partial void LogListening(ILogger logger, string events, string config);

    [LoggerMessage(LogEvents.MetricsListening, LogLevel.Information, "Metrics and health on {Metrics}.")]
    private static partial void LogMetricsListening(ILogger logger, string metrics);

    [LoggerMessage(LogEvents.StartFailed, LogLevel.Error, "Cannot start: {Reason}")]
    private static partial void LogStartFailed(ILogger logger, string reason);

    [LoggerMessage(LogEvents.PluginLoaded, LogLevel.Information, "Loaded plug-in {Plugin} of {Path} for {EventTypes}.")]
    private static partial void LogPluginLoaded(ILogger logger, string plugin, string path, string eventTypes);

    [LoggerMessage(LogEvents.Stopped, LogLevel.Information, "Stopped.")]
    private static partial void LogStopped(ILogger logger);

    [LoggerMessage(LogEvents.Limits, LogLevel.Information,
        "Limits: {Descriptors} file descriptors, for {Events} connections to the Events API, {Config} to the Configuration API and {Functions} to functions; {Memory} MiB of memory; {Threads} threads in the pool.")]
    private static partial void LogLimits(ILogger logger, long? descriptors, int events, int config, int functions, long memory, int threads);

    [LoggerMessage(LogEvents.FewDescriptors, LogLevel.Warning,
        "The limit of open files (RLIMIT_NOFILE, ulimit -n) is {Descriptors}, which is low for a server: 65536 is usual.")]
    private static partial void LogFewDescriptors(ILogger logger, long? descriptors);

    [LoggerMessage(LogEvents.OptionWarning, LogLevel.Warning, "{Warning}")]
    private static partial void LogOptionWarning(ILogger logger, string warning);
}
