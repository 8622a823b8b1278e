using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using EventGateway.Abstractions;
using EventGateway.Abstractions.Connections;
using EventGateway.Http;

namespace EventGateway.Serving;

/// <summary>Counts refusals for lack of resources, and logs one line a minute for each reason.</summary>
internal sealed partial class Overload : IOverloadObserver
{
    /// <summary>Too many connections to the Events API are open.</summary>
    public const string EventsConnections = "events_connections";

    /// <summary>Too many connections to the Configuration API are open.</summary>
    public const string ConfigConnections = "config_connections";

    /// <summary>There is no free memory for request bodies.</summary>
    public const string RequestMemory = "request_memory";

    /// <summary>The heap is nearly full.</summary>
    public const string Heap = "heap";

    /// <summary>Work waits too long for a thread of the pool.</summary>
    public const string Threads = "threads";

    /// <summary>Memory could not be allocated.</summary>
    public const string OutOfMemory = "out_of_memory";

    /// <summary>The error for a request that is refused for lack of memory.</summary>
    public const string NoMemory = "The gateway has no more memory for requests now; try again later.";

    /// <summary>The error for a request that is refused for lack of threads.</summary>
    public const string NoThread = "The gateway is too busy for requests now; try again later.";

    private readonly Counter<long> _refusals;
    private readonly ConcurrentDictionary<string, LogSampler> _samplers = new(StringComparer.Ordinal);
    private readonly TimeProvider _time;
    private readonly ILogger<Overload> _logger;

    public Overload(IMeterFactory meters, TimeProvider time, ILogger<Overload> logger)
    {
        _time = time;
        _logger = logger;
        _refusals = meters.Create(GatewayMeter.Name).CreateCounter<long>(
            "eventgateway_overload_refusals", description: "Connections, requests and calls refused for lack of resources, by reason.");
    }

    /// <inheritdoc/>
    public void Refused(string reason)
    {
        _refusals.Add(1, new KeyValuePair<string, object?>("reason", reason));
        if (_samplers.GetOrAdd(reason, _ => new LogSampler(_time)).TryTake(out var suppressed))
        {
            LogRefused(reason, suppressed);
        }
    }

    /// <summary>Counts a request that is refused and answers it with 503.</summary>
    public Task RefuseAsync(HttpContext context, string reason)
    {
        Refused(reason);
        return JsonResponse.Unavailable(TimeSpan.FromSeconds(1), reason is Threads ? NoThread : NoMemory).ExecuteAsync(context);
    }

    [LoggerMessage(LogEvents.OverloadRefused, LogLevel.Warning,
        "Overload: {Reason}{Suppressed}. See docs/operating.md, \"Limits of the machine\".")]
    private partial void LogRefused(string reason, SuppressedLines suppressed);
}
