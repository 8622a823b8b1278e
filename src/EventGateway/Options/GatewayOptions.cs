using System.Net;
using EventGateway.Abstractions.Resources;
using EventGateway.Plugins;

namespace EventGateway.Options;

/// <summary>What the operator chose: from the command line, else the environment, else <c>appsettings.json</c>, else the default.</summary>
public sealed record GatewayOptions
{
    /// <summary>Whether to greet a developer with addresses and a first command. Default: not.</summary>
    public bool Dev { get; init; }

    /// <summary>The least severe level that is logged. Default: info.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary>Whether log lines are JSON objects. Default: text.</summary>
    public bool LogJson { get; init; }

    /// <summary>Where the Configuration API listens. Default: 127.0.0.1:4001 without TLS.</summary>
    public ListenerOptions Config { get; init; } = new() { Host = "127.0.0.1", Port = 4001 };

    /// <summary>Where the Events API listens. Default: every address, port 4000, without TLS.</summary>
    public ListenerOptions Events { get; init; } = new() { Host = "*", Port = 4000 };

    /// <summary>
    /// The proxies in front of the gateway that may say how they were called (<c>X-Forwarded-Proto</c>, <c>X-Forwarded-Host</c>).
    /// Default: none, and functions are told what the gateway sees itself.
    /// </summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [];

    /// <summary>Whether the Configuration API may listen beyond loopback although it has no authentication. Default: not.</summary>
    public bool Insecure { get; init; }

    /// <summary>The directory of the embedded store. Default: <c>.event-gateway</c> in the working directory.</summary>
    public string DataDirectory { get; init; } = ".event-gateway";

    /// <summary>Whether to start although files of the data directory are missing that should be there. Default: false.</summary>
    public bool AcceptMissingFiles { get; init; }

    /// <summary>The largest request body of the Events API, in bytes. Default: 1 MiB.</summary>
    public int MaxEventSize { get; init; } = 1024 * 1024;

    /// <summary>How long a stop waits for requests and deliveries that are under way. Default: 30 s.</summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long one call of a function may take where its subscription does not say. Default: 30 s.</summary>
    public TimeSpan FunctionTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Async calls of one function that may be under way at once. Default: 64.</summary>
    public int Workers { get; init; } = 64;

    /// <summary>Deliveries that may wait in memory. Default: 100,000.</summary>
    public int WorkersBacklog { get; init; } = 100_000;

    /// <summary>Bytes of memory that waiting deliveries and their events may hold. Default: null, the share that the machine's limits give.</summary>
    public long? WorkersBacklogSize { get; init; }

    /// <summary>What an accepted event is worth where its subscription does not say. Default: at least once (at most once under <c>--compat 0.9</c>).</summary>
    public DeliveryGuarantee Durability { get; init; } = DeliveryGuarantee.AtLeastOnce;

    /// <summary>Bytes of stored events that may wait on disk for delivery. Default: 10 GiB.</summary>
    public long DeliveryBacklogSize { get; init; } = 10L * 1024 * 1024 * 1024;

    /// <summary>How long stored events are kept once they are delivered. Zero: no longer than needed. Default: 24 h.</summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Bytes of stored events that are kept once they are delivered. Zero: none. Default: 1 GiB.</summary>
    public long RetentionSize { get; init; } = 1024L * 1024 * 1024;

    /// <summary>The CloudEvents version that functions receive where their subscription does not say. Default: 1.0 (0.1 under <c>--compat 0.9</c>).</summary>
    public string CloudEventsVersion { get; init; } = "1.0";

    /// <summary>The status of a raw request that matches nothing. Default: 404 (202 under <c>--compat 0.9</c>).</summary>
    public int UnmatchedStatus { get; init; } = 404;

    /// <summary>Whether CORS settings may allow credentials from any origin. Default: no (yes under <c>--compat 0.9</c>, which alone sets it).</summary>
    public bool CredentialsFromAnyOrigin { get; init; }

    /// <summary>Whether text bodies reach functions as base64. Default: as text (base64 under <c>--compat 0.9</c>).</summary>
    public bool TextAsBase64 { get; init; }

    /// <summary>The assemblies of the plug-ins, in the order in which they are asked. Default: none.</summary>
    public IReadOnlyList<PluginAssembly> Plugins { get; init; } = [];

    /// <summary>Lines to log once at start, such as options of 0.9 that do nothing here. Default: none.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
