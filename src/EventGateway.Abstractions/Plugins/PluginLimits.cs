namespace EventGateway.Abstractions.Plugins;

/// <summary>The limits of one plug-in, so that it cannot take the gateway down.</summary>
public sealed record PluginLimits
{
    /// <summary>How long a plug-in's constructor may take, and the reading of its subscriptions. Default: 30 s.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a plug-in may take for an event. Default: 5 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Calls that may be under way at once, those included that go on past their deadline. Beyond it calls fail at once. Default: 256.</summary>
    public int MaxCalls { get; init; } = 256;

    /// <summary>Threads that the plug-in's code runs on, started as needed. A plug-in that blocks its threads blocks only itself. Default: 16.</summary>
    public int MaxThreads { get; init; } = 16;

    /// <summary>Async events that may wait. Beyond it they are dropped. Default: 1,000.</summary>
    public int MaxQueued { get; init; } = 1_000;

    /// <summary>Bytes of data that waiting async events may hold; a larger event is queued only when no other waits. Default: 16 MiB.</summary>
    public long MaxQueuedBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>How long a stop waits for a plug-in to take what waits, and again for it to be disposed. Default: 5 s.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(5);
}
