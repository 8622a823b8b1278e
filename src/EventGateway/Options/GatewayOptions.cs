using System.Net;
using EventGateway.Abstractions.Resources;
using EventGateway.Plugins;

namespace EventGateway.Options;

/// <summary>The operator's options. The command line comes before environment variables, then <c>appsettings.json</c>, then the default.</summary>
internal sealed record GatewayOptions
{
    /// <summary>
    /// Whether to listen on the loopback interface only, to print addresses and a first command for a developer, and to show events that
    /// no subscription takes. Default: false.
    /// </summary>
    public bool Dev { get; init; }

    /// <summary>The minimum level of log entries. Default: info.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary>Whether log lines are JSON objects. Default: false, text.</summary>
    public bool LogJson { get; init; }

    /// <summary>Whether each request of the Events API is logged. Default: false.</summary>
    public bool AccessLog { get; init; }

    /// <summary>The listener of the Configuration API. Default: 127.0.0.1:4001 without TLS.</summary>
    public ListenerOptions Config { get; init; } = new() { Host = "127.0.0.1", Port = 4001 };

    /// <summary>The listener of the Events API. Default: every address (loopback with <c>--dev</c>), port 4000, without TLS.</summary>
    public ListenerOptions Events { get; init; } = new() { Host = "*", Port = 4000 };

    /// <summary>A listener for metrics and health only, without TLS. Default: null, which means none. They are on the listener of the Configuration API too.</summary>
    public ListenerOptions? Metrics { get; init; }

    /// <summary>Whether the numbers of resources have the names of 0.9 too. Default: false. Only <c>--compat 0.9</c> sets it.</summary>
    public bool MetricsAsIn09 { get; init; }

    /// <summary>
    /// The proxies in front of the gateway whose <c>X-Forwarded-Proto</c> and <c>X-Forwarded-Host</c> are trusted. Default: none;
    /// functions get the scheme and host of the request to the gateway.
    /// </summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [];

    /// <summary>Whether the Configuration API may listen beyond loopback although it has no authentication. Default: not.</summary>
    public bool Insecure { get; init; }

    /// <summary>The directory of the embedded store. Default: <c>.event-gateway</c> in the working directory.</summary>
    public string DataDirectory { get; init; } = ".event-gateway";

    /// <summary>Whether to start although files of the data directory are missing that should be there. Default: false.</summary>
    public bool AcceptMissingFiles { get; init; }

    /// <summary>The maximum length of a request body of the Events API, in bytes. Default: 1 MiB.</summary>
    public int MaxEventSize { get; init; } = 1024 * 1024;

    /// <summary>The maximum depth of JSON in events and in the bodies of requests, in levels. Default: 256.</summary>
    public int MaxJsonDepth { get; init; } = 256;

    /// <summary>How long a stop waits for running requests and deliveries. Default: 30 s.</summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Timeout of a function call for subscriptions that do not set one; for a raw call, until the head of the answer. Also how long the
    /// body of a request may stop. Default: 30 s.
    /// </summary>
    public TimeSpan FunctionTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a raw answer may pause after its head. Default: 1 h. Null means no limit.</summary>
    public TimeSpan? RawIdleTimeout { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The lowest rate at which bodies of requests may come, in bytes a second. Default: 0, no limit.</summary>
    public int MinRequestRate { get; init; }

    /// <summary>Maximum number of concurrent async calls of one function. Default: 64.</summary>
    public int Workers { get; init; } = 64;

    /// <summary>Maximum number of deliveries that wait in memory. Default: 100,000.</summary>
    public int WorkersBacklog { get; init; } = 100_000;

    /// <summary>Maximum memory for waiting deliveries and their events, in bytes. Default: null, a share of the machine's memory.</summary>
    public long? WorkersBacklogSize { get; init; }

    /// <summary>Delivery guarantee for subscriptions that do not set one. Default: at least once (at most once with <c>--compat 0.9</c>).</summary>
    public DeliveryGuarantee Durability { get; init; } = DeliveryGuarantee.AtLeastOnce;

    /// <summary>Maximum size of the stored events that wait for delivery, in bytes. Default: 10 GiB.</summary>
    public long DeliveryBacklogSize { get; init; } = 10L * 1024 * 1024 * 1024;

    /// <summary>How long after an event a repeated one is a duplicate, for event types that do not set it. Default: zero, which means never.</summary>
    public TimeSpan DedupWindow { get; init; }

    /// <summary>The number of keys by which duplicates are found, for each guarantee. Default: 1,000,000.</summary>
    public int DedupKeys { get; init; } = 1_000_000;

    /// <summary>How long stored events are kept after delivery. Zero means that they are not kept. Default: 24 h.</summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Maximum size of the events that are kept after delivery, in bytes. Zero means that none are kept. Default: 1 GiB.</summary>
    public long RetentionSize { get; init; } = 1024L * 1024 * 1024;

    /// <summary>Whether events are kept after delivery.</summary>
    public bool KeepsLog => Retention > TimeSpan.Zero && RetentionSize > 0;

    /// <summary>The CloudEvents version for subscriptions that do not set one. Default: 1.0 (0.1 with <c>--compat 0.9</c>).</summary>
    public string CloudEventsVersion { get; init; } = "1.0";

    /// <summary>The status of a plain request that no subscription matches. Default: 404 (202 with <c>--compat 0.9</c>).</summary>
    public int UnmatchedStatus { get; init; } = 404;

    /// <summary>
    /// Whether pages of other origins see the gateway's own headers of a <c>202</c>, where CORS settings allow the origin. Default: true.
    /// Only <c>--compat 0.9</c> unsets it.
    /// </summary>
    public bool ExposesHeaders { get; init; } = true;

    /// <summary>Whether CORS settings can allow credentials from any origin. Default: false. Only <c>--compat 0.9</c> sets it.</summary>
    public bool CredentialsFromAnyOrigin { get; init; }

    /// <summary>Whether the CORS settings of a method must list it. Default: false. Only <c>--compat 0.9</c> sets it.</summary>
    public bool CorsListsOwnMethod { get; init; }

    /// <summary>
    /// Whether a request with only some of the headers of an event in binary mode is plain HTTP. Default: false. Only
    /// <c>--compat 0.9</c> sets it.
    /// </summary>
    public bool AllowsIncompleteEvents { get; init; }

    /// <summary>Whether a static segment, a parameter and a wildcard exclude each other in sync paths. Default: false. Only <c>--compat 0.9</c> sets it.</summary>
    public bool ExclusiveSegments { get; init; }

    /// <summary>Whether the Configuration API ignores what it does not know in a request, and unknown environment variables are warnings. Default: false. Only <c>--compat 0.9</c> sets it.</summary>
    public bool IgnoresUnknown { get; init; }

    /// <summary>Whether new paths may have any form. Default: false. Only <c>--compat 0.9</c> sets it.</summary>
    public bool AnyForm { get; init; }

    /// <summary>Whether an event type can be a family, such as <c>invoice.*</c>. Default: true. Only <c>--compat 0.9</c> unsets it.</summary>
    public bool HasFamilies { get; init; } = true;

    /// <summary>Whether a sync subscription to <c>GET</c> answers <c>HEAD</c>. Default: true. Only <c>--compat 0.9</c> unsets it.</summary>
    public bool AnswersHead { get; init; } = true;

    /// <summary>Whether Lambda functions can have an ARN of any form. Default: false. Only <c>--compat 0.9</c> sets it.</summary>
    public bool AnyArn { get; init; }

    /// <summary>Whether text bodies become base64 in events. Default: false (true with <c>--compat 0.9</c>).</summary>
    public bool TextAsBase64 { get; init; }

    /// <summary>The status for a sender whose sync function fails. Default: 502 (500 with <c>--compat 0.9</c>).</summary>
    public int FunctionFailureStatus { get; init; } = 502;

    /// <summary>Whether the answer of a sync function must be a response object as 0.9 read it. Default: false (true with <c>--compat 0.9</c>).</summary>
    public bool StrictResponseObjects { get; init; }

    /// <summary>Whether the data of <c>http.request</c> events is as in 0.9. Default: false. Only <c>--compat 0.9</c> sets it.</summary>
    public bool RequestsAsIn09 { get; init; }

    /// <summary>The assemblies of the plug-ins, in the order in which they are called. Default: none.</summary>
    public IReadOnlyList<PluginAssembly> Plugins { get; init; } = [];

    /// <summary>Warnings to log at the start, for example about options of 0.9 that have no effect. Default: none.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
