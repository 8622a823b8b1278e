using EventGateway.Abstractions.Delivery;
using EventGateway.Abstractions.Resources;
using EventGateway.Plugins;

namespace EventGateway.Options;

/// <summary>Reads <see cref="GatewayOptions"/> from texts and checks them.</summary>
internal static class GatewayOptionsReader
{
    private const string InsecureWarning =
        "--insecure: the Configuration API has no authentication, and everybody who reaches its port can read and change the configuration.";

    private const long MaxBodyBytes = 1L << 30;
    private const long MaxStoreBytes = 1L << 50;
    private const long MaxBacklogBytes = 1L << 40;
    private static readonly TimeSpan MaxRetention = TimeSpan.FromDays(10 * 365);
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>Reads the options.</summary>
    /// <param name="find">Returns the text of an option and its source, or null when it is not set.</param>
    /// <param name="errors">All errors. The options are valid only when there is none.</param>
    public static GatewayOptions Read(Func<string, OptionText?> find, out IReadOnlyList<string> errors)
    {
        var reader = new OptionReader(find);
        var defaults = reader.Choice("compat", new GatewayOptions(), ("0.9", new GatewayOptions
        {
            Durability = DeliveryGuarantee.AtMostOnce,
            CloudEventsVersion = "0.1",
            UnmatchedStatus = 202,
            TextAsBase64 = true,
            RequestsAsIn09 = true,
            FunctionFailureStatus = 500,
            StrictResponseObjects = true,
            CredentialsFromAnyOrigin = true,
            CorsListsOwnMethod = true,
            AllowsIncompleteEvents = true,
            ExposesHeaders = false,
            ExclusiveSegments = true,
            AnyForm = true,
            HasFamilies = false,
            AnswersHead = false,
            IgnoresUnknown = true,
            AnyArn = true,
            MetricsAsIn09 = true,
        }));
        var dev = reader.Flag("dev", defaults.Dev);
        var insecure = reader.Flag("insecure", defaults.Insecure);
        var options = defaults with
        {
            Dev = dev,
            LogLevel = reader.Choice("log-level", defaults.LogLevel,
                ("debug", LogLevel.Debug), ("info", LogLevel.Information), ("warn", LogLevel.Warning), ("error", LogLevel.Error)),
            LogJson = reader.Choice("log-format", defaults.LogJson, ("text", false), ("json", true)),
            AccessLog = reader.Flag("access-log", defaults.AccessLog),
            Config = ListenerReader.Read(reader, "config", defaults.Config),
            Events = ListenerReader.Read(reader, "events", dev ? defaults.Events with { Host = "localhost" } : defaults.Events),
            Metrics = ListenerReader.ReadMetrics(reader),
            TrustedProxies = reader.Networks("trusted-proxies"),
            Insecure = insecure,
            DataDirectory = reader.Path("embed-data-dir", defaults.DataDirectory),
            AcceptMissingFiles = reader.Flag("accept-missing-files", defaults.AcceptMissingFiles),
            MaxEventSize = (int)reader.Size("max-event-size", defaults.MaxEventSize, 1, MaxBodyBytes),
            MaxJsonDepth = reader.Number("max-json-depth", defaults.MaxJsonDepth, 1, 1000),
            FunctionTimeout = reader.Duration("function-timeout", defaults.FunctionTimeout, Shortest, Day),
            RawIdleTimeout = reader.Duration("raw-idle-timeout", defaults.RawIdleTimeout ?? TimeSpan.Zero, TimeSpan.Zero, Day) is { Ticks: > 0 } idle ? idle : null,
            MinRequestRate = (int)reader.Size("min-request-rate", defaults.MinRequestRate, 0, MaxBodyBytes),
            ShutdownTimeout = reader.Duration("shutdown-timeout", defaults.ShutdownTimeout, TimeSpan.Zero, Day),
            Workers = reader.Number("workers", defaults.Workers, 1, 100_000),
            WorkersBacklog = reader.Number("workers-backlog", defaults.WorkersBacklog, 1, 100_000_000),
            WorkersBacklogSize = reader.Text("workers-backlog-size") is null ? defaults.WorkersBacklogSize : reader.Size("workers-backlog-size", 1, 1, MaxBacklogBytes),
            Durability = reader.Choice("durability", defaults.Durability,
                ("at-least-once", DeliveryGuarantee.AtLeastOnce), ("at-most-once", DeliveryGuarantee.AtMostOnce)),
            DeliveryBacklogSize = reader.Size("delivery-backlog-size", defaults.DeliveryBacklogSize, 1, MaxStoreBytes),
            DedupWindow = reader.Duration("dedup-window", defaults.DedupWindow, TimeSpan.Zero, EventKeys.MaxWindow),
            DedupKeys = reader.Number("dedup-keys", defaults.DedupKeys, 1, 100_000_000),
            Retention = reader.Duration("retention", defaults.Retention, TimeSpan.Zero, MaxRetention),
            RetentionSize = reader.Size("retention-size", defaults.RetentionSize, 0, MaxStoreBytes),
            CloudEventsVersion = reader.Choice("cloudevents-version", defaults.CloudEventsVersion, ("1.0", "1.0"), ("0.1", "0.1")),
            UnmatchedStatus = reader.Choice("unmatched-status", defaults.UnmatchedStatus, ("404", 404), ("202", 202)),
            FunctionFailureStatus = reader.Choice("function-failure-status", defaults.FunctionFailureStatus, ("502", 502), ("500", 500)),
            StrictResponseObjects = reader.Flag("strict-response-objects", defaults.StrictResponseObjects),
            TextAsBase64 = reader.Flag("text-as-base64", defaults.TextAsBase64),
            Plugins = reader.Text("plugin") is { } paths ? OpenPlugins(reader, paths) : defaults.Plugins,
            Warnings =
            [
                .. OptionNames.All.Where(option => option.IsObsolete && find(option.Name) is not null).Select(option => option.Description),
                .. insecure ? [InsecureWarning] : Array.Empty<string>(),
            ],
        };

        if (!options.Config.IsLoopback && !options.Insecure)
        {
            reader.Reject($"{reader.SourceOf("config-host")} is \"{options.Config.Host}\", which opens the Configuration API to the network without "
                + "authentication; accepted: a loopback address, or --insecure to say that you mean it.");
        }

        ListenerReader.CheckPorts(reader, ("events", options.Events), ("config", options.Config));
        ListenerReader.CheckPorts(reader, ("events", options.Events), ("metrics", options.Metrics));
        ListenerReader.CheckPorts(reader, ("config", options.Config), ("metrics", options.Metrics));

        errors = reader.Errors;
        return options;
    }

    // Does not run code of the assemblies, because other options may be invalid.
    private static List<PluginAssembly> OpenPlugins(OptionReader reader, string paths)
    {
        var plugins = new List<PluginAssembly>();
        foreach (var path in paths.Split(OptionNames.ValueSeparator))
        {
            if (PluginAssembly.TryOpen(path, out var plugin, out var error))
            {
                plugins.Add(plugin);
            }
            else
            {
                reader.Reject($"{reader.SourceOf("plugin")} is \"{path}\": {error}");
            }
        }

        return plugins;
    }
}
