namespace EventGateway.Options;

/// <summary>All options of the program, in the order of the help.</summary>
internal static class OptionNames
{
    public static readonly IReadOnlyList<OptionName> All =
    [
        new("dev", "Print the addresses of both APIs and a first command to try.", IsSwitch: true),
        new("events-host", "Address of the Events API: an IP address, localhost or * (every address). Default: *"),
        new("events-port", "Port of the Events API. Default: 4000"),
        new("events-tls-cert", "PEM file with the certificate of the Events API. Default: no TLS"),
        new("events-tls-key", "PEM file with the key of that certificate."),
        new("trusted-proxies", "IP addresses and networks of proxies whose X-Forwarded-Proto and X-Forwarded-Host are trusted, separated by commas. Default: none"),
        new("config-host", "Address of the Configuration API. Default: 127.0.0.1"),
        new("config-port", "Port of the Configuration API. Default: 4001"),
        new("config-tls-cert", "PEM file with the certificate of the Configuration API. Default: no TLS"),
        new("config-tls-key", "PEM file with the key of that certificate."),
        new("insecure", "Allow the Configuration API to listen beyond this machine without authentication.", IsSwitch: true),
        new("embed-data-dir", "Directory of the embedded store. Default: .event-gateway"),
        new("accept-missing-files", "Start even when files of the data directory are missing, and forget these files.", IsSwitch: true),
        new("max-event-size", "Maximum length of a request body of the Events API, in bytes. Default: 1048576"),
        new("max-json-depth", "Maximum depth of JSON in events and in the bodies of requests, in levels from 1 to 1000. Default: 256"),
        new("function-timeout", "Timeout of a function call in seconds, for subscriptions that do not set one; for a raw call, until the head of the answer. Also how long the body of a request may stop. Default: 30"),
        new("raw-idle-timeout", "Seconds that a raw answer may pause after its head. 0: no limit. Default: 3600"),
        new("min-request-rate", "Lowest rate at which the body of a request to the Events API may come, in bytes a second; 0: no limit. Default: 0"),
        new("workers", "Maximum number of concurrent async calls of one function. Default: 64"),
        new("workers-backlog", "Maximum number of async deliveries that wait in memory. Default: 100000"),
        new("workers-backlog-size", "Maximum memory for waiting deliveries, in bytes. Default: an eighth of the memory, at most 268435456"),
        new("durability", "Delivery guarantee for subscriptions that do not set one: at-least-once (stored on disk) or at-most-once (in memory). Default: at-least-once (with --compat 0.9: at-most-once)"),
        new("delivery-backlog-size", "Maximum size of the stored events that wait for delivery, in bytes. Default: 10737418240"),
        new("retention", "Seconds to keep stored events after delivery. 0: delete them once delivered. Default: 86400"),
        new("retention-size", "Maximum size of the stored events that are kept after delivery, in bytes; 0: none. Default: 1073741824"),
        new("plugin", "Path of a plug-in's assembly, see docs/plugins.md. Can be set more than once. Default: none", IsList: true),
        new("shutdown-timeout", "Seconds that a stop waits for running requests and calls. Default: 30"),
        new("log-level", "debug, info, warn or error. Default: info"),
        new("log-format", "text or json. Default: text"),
        new("compat", "0.9: start with the defaults of the 0.9 Event Gateway (see docs/compatibility.md)."),
        new("cloudevents-version", "CloudEvents version for subscriptions that do not set one: 1.0 or 0.1. Default: 1.0 (with --compat 0.9: 0.1)"),
        new("unmatched-status", "Status of a plain request that no subscription matches: 404 or 202. Default: 404 (with --compat 0.9: 202)"),
        new("function-failure-status", "Status for a sender whose sync function fails or sends a malformed answer: 502 or 500. Default: 502 (with --compat 0.9: 500)"),
        new("strict-response-objects", "Whether the answer of a sync function must be a response object as 0.9 read it. Default: false (with --compat 0.9: true)"),
        new("text-as-base64", "Whether text bodies become base64 in events. Default: false (with --compat 0.9: true)"),
        new("db-hosts", "--db-hosts does nothing here: the embedded store needs no database; use --embed-data-dir to choose its directory.", IsObsolete: true),
        new("embed-peer-addr", "--embed-peer-addr does nothing here: the embedded store has no peers; use --embed-data-dir to choose its directory.", IsObsolete: true),
        new("embed-cli-addr", "--embed-cli-addr does nothing here: the embedded store has no clients; use --embed-data-dir to choose its directory.", IsObsolete: true),
    ];

    /// <summary>Separates the values of an option that can be set more than once. No path contains it.</summary>
    public const char ValueSeparator = '\n';
}
