namespace EventGateway.Options;

/// <summary>All options of the program.</summary>
internal static class OptionNames
{
    /// <summary>Separates the values of an option that can be set more than once. No path contains it.</summary>
    public const char ValueSeparator = '\n';

    /// <summary>The options, in the groups and in the order of the help.</summary>
    public static readonly IReadOnlyList<OptionGroup> Groups =
    [
        new("Listeners",
        [
            new("events-host", "address", "Address of the Events API: an IP address, localhost or * (every address). Default: * (with --dev: localhost)"),
            new("events-port", "port", "Port of the Events API. Default: 4000"),
            new("events-tls-cert", "path", "PEM file with the certificate of the Events API. Default: no TLS"),
            new("events-tls-key", "path", "PEM file with the key of that certificate."),
            new("trusted-proxies", "networks", "IP addresses and networks of proxies whose X-Forwarded-Proto and X-Forwarded-Host are trusted, separated by commas. Default: none"),
            new("config-host", "address", "Address of the Configuration API. Default: 127.0.0.1"),
            new("config-port", "port", "Port of the Configuration API. Default: 4001"),
            new("config-tls-cert", "path", "PEM file with the certificate of the Configuration API. Default: no TLS"),
            new("config-tls-key", "path", "PEM file with the key of that certificate."),
            new("insecure", null, "Allow the Configuration API to listen beyond this machine without authentication."),
        ]),
        new("Data",
        [
            new("embed-data-dir", "path", "Directory of the embedded store. Default: .event-gateway"),
            new("accept-missing-files", null, "Start even when files of the data directory are missing, and forget these files."),
        ]),
        new("Delivery",
        [
            new("function-timeout", "duration", "Timeout of a function call, for subscriptions that do not set one; for a raw call, until the head of the answer. Also how long the body of a request may stop. Default: 30s"),
            new("raw-idle-timeout", "duration", "How long a raw answer may pause after its head. 0: no limit. Default: 1h"),
            new("workers", "number", "Maximum number of concurrent async calls of one function. Default: 64"),
            new("durability", "guarantee", "Delivery guarantee for subscriptions that do not set one: at-least-once (stored on disk) or at-most-once (in memory). Default: at-least-once (with --compat 0.9: at-most-once)"),
            new("dedup-window", "duration", "How long after an event a repeated one (the same source and id, or the same Idempotency-Key) is a duplicate that is not delivered again, for event types that do not set it. At most 7d. Default: 0, every event is delivered"),
            new("retention", "duration", "How long to keep stored events after delivery. 0: delete them once delivered. Default: 24h"),
        ]),
        new("Limits",
        [
            new("max-event-size", "size", "Maximum length of a request body of the Events API. Default: 1MiB"),
            new("max-json-depth", "number", "Maximum depth of JSON in events and in the bodies of requests, in levels from 1 to 1000. Default: 256"),
            new("min-request-rate", "size", "Lowest rate at which the body of a request to the Events API may come, in bytes a second. 0: no limit. Default: 0"),
            new("workers-backlog", "number", "Maximum number of async deliveries that wait in memory. Default: 100000"),
            new("workers-backlog-size", "size", "Maximum memory for waiting deliveries. Default: an eighth of the memory, at most 256MiB"),
            new("delivery-backlog-size", "size", "Maximum size of the stored events that wait for delivery. Default: 10GiB"),
            new("dedup-keys", "number", "Maximum number of keys of events that --dedup-window remembers, for each delivery guarantee. Default: 1000000"),
            new("retention-size", "size", "Maximum size of the stored events that are kept after delivery. 0: none. Default: 1GiB"),
        ]),
        new("Logs and metrics",
        [
            new("log-level", "level", "debug, info, warn or error. Default: info"),
            new("log-format", "format", "text or json. Default: text"),
            new("metrics-port", "port", "Port for /metrics, /livez and /readyz alone, which are on the port of the Configuration API too. Default: none"),
            new("metrics-host", "address", "Address of that port. Default: 127.0.0.1 with --metrics-port"),
            new("access-log", null, "Log a line for each request of the Events API, at any log level."),
        ]),
        new("Compatibility",
        [
            new("compat", "version", "0.9: start with the defaults of the 0.9 Event Gateway (see docs/compatibility.md)."),
            new("cloudevents-version", "version", "CloudEvents version for subscriptions that do not set one: 1.0 or 0.1. Default: 1.0 (with --compat 0.9: 0.1)"),
            new("unmatched-status", "status", "Status of a plain request that no subscription matches: 404 or 202. Default: 404 (with --compat 0.9: 202)"),
            new("function-failure-status", "status", "Status for a sender whose sync function fails or sends a malformed answer: 502 or 500. Default: 502 (with --compat 0.9: 500)"),
            new("strict-response-objects", "true|false", "Whether the answer of a sync function must be a response object as 0.9 read it. Default: false (with --compat 0.9: true)"),
            new("text-as-base64", "true|false", "Whether text bodies become base64 in events. Default: false (with --compat 0.9: true)"),
            new("db-hosts", "hosts", "--db-hosts does nothing here: the embedded store needs no database; use --embed-data-dir to choose its directory.", IsObsolete: true),
            new("embed-peer-addr", "address", "--embed-peer-addr does nothing here: the embedded store has no peers; use --embed-data-dir to choose its directory.", IsObsolete: true),
            new("embed-cli-addr", "address", "--embed-cli-addr does nothing here: the embedded store has no clients; use --embed-data-dir to choose its directory.", IsObsolete: true),
        ]),
        new("The program",
        [
            new("dev", null, "Listen on this machine only, unless a host is given. Print the addresses of both APIs and a first command to try."),
            new("plugin", "path", "Path of a plug-in's assembly, see docs/plugins.md. Can be set more than once. Default: none", IsList: true),
            new("shutdown-timeout", "duration", "How long a stop waits for running requests and calls. Default: 30s"),
        ]),
    ];

    /// <summary>All options.</summary>
    public static readonly IReadOnlyList<OptionName> All = [.. Groups.SelectMany(static group => group.Options)];

    /// <summary>The names of the options that have an effect.</summary>
    public static readonly IReadOnlyList<string> Current = [.. All.Where(static option => !option.IsObsolete).Select(static option => option.Name)];
}
