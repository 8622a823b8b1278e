namespace EventGateway.Serving;

/// <summary>What the machine gives the process, and how that is shared out.</summary>
internal sealed record MachineLimits
{
    // Assemblies, two for each, and files of the stores: about 145 until the first request, and more with what is used for the first time.
    private const int Reserve = 224;
    private const int FewestToShare = 48;
    private const long BytesPerConnection = 16 * 1024;
    private const long FewDescriptors = 4096;
    // Far more than work that blocks needs, and each takes memory.
    private const int MostPoolThreads = 1000;
    private const int FewestPoolThreads = 32;

    /// <summary>File descriptors that the process may have (RLIMIT_NOFILE). Null means no limit, or none that is known.</summary>
    public long? Descriptors { get; private init; }

    /// <summary>Bytes that the heap may have: of the machine, of the container, or of <c>DOTNET_GCHeapHardLimit</c>.</summary>
    public required long Memory { get; init; }

    /// <summary>Connections to the Events API that may be open at once.</summary>
    public int EventsConnections { get; private init; }

    /// <summary>Connections to the Configuration API that may be open at once.</summary>
    public int ConfigConnections { get; private init; }

    /// <summary>Connections to functions that may be open at once.</summary>
    public int FunctionConnections { get; private init; }

    /// <summary>Threads that the thread pool may have. The pool starts with one for each processor, and adds others while some block.</summary>
    public int PoolThreads { get; private init; }

    /// <summary>Names of hosts that may be looked up at once: each look-up blocks a thread of the pool.</summary>
    public int NameLookUps => PoolThreads / 4;

    /// <summary>Bytes of memory for requests to the Events API that are read into memory.</summary>
    public long RequestBytes => Memory / 4;

    /// <summary>Bytes of memory for answers of functions that are read whole.</summary>
    public long AnswerBytes => Memory / 8;

    /// <summary>Bytes of memory for deliveries that wait there, unless <c>--workers-backlog-size</c> says otherwise.</summary>
    public long WaitingBytes => Math.Min(256L << 20, Memory / 8);

    /// <summary>Bytes of stored events that may be in memory to be delivered.</summary>
    public long LeasedBytes => Memory / 8;

    /// <summary>Bytes of memory that the delivery store may use for what waits to be written, and as many for what it reads ahead.</summary>
    public long StoreBytes => Math.Min(64L << 20, Memory / 16);

    /// <summary>Whether the machine gives fewer descriptors than a server usually gets.</summary>
    public bool HasFewDescriptors => Descriptors < FewDescriptors;

    /// <summary>Reads the limits of this process.</summary>
    /// <exception cref="IOException">There are too few descriptors to serve anything.</exception>
    public static MachineLimits Read() => Of(
        SystemLimits.ReadDescriptors(),
        Directory.Exists("/proc/self/fd") ? Directory.GetFiles("/proc/self/fd").Length : 0,
        GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
        SystemLimits.ReadThreads());

    /// <summary>Sets the limit of the thread pool, unless a lower one is set.</summary>
    public void BoundThreadPool()
    {
        ThreadPool.GetMaxThreads(out var threads, out var completionThreads);
        ThreadPool.SetMaxThreads(Math.Min(threads, PoolThreads), completionThreads);
    }

    /// <summary>Shares out what there is.</summary>
    /// <param name="descriptors">File descriptors. Null means no limit.</param>
    /// <param name="used">Descriptors that are in use.</param>
    /// <param name="memory">Bytes of memory.</param>
    /// <param name="threads">Threads. Null means no limit.</param>
    /// <exception cref="IOException">There are too few descriptors to serve anything.</exception>
    public static MachineLimits Of(long? descriptors, int used, long memory, long? threads = null)
    {
        var free = descriptors is { } all ? all - used - Reserve : long.MaxValue / 100;
        if (free < FewestToShare)
        {
            throw new IOException(
                $"The limit of open files (RLIMIT_NOFILE, ulimit -n) is {descriptors}, and {used + Reserve} are for the program itself; accepted: {used + Reserve + FewestToShare} or more.");
        }

        var byMemory = memory / 4 / BytesPerConnection;
        return new MachineLimits
        {
            Descriptors = descriptors,
            Memory = memory,
            EventsConnections = Share(free, 55, byMemory),
            FunctionConnections = Share(free, 35, byMemory),
            ConfigConnections = Share(free, 10, Math.Min(byMemory, 1000)),
            PoolThreads = Math.Max(Environment.ProcessorCount, (int)Math.Clamp((threads ?? long.MaxValue) / 2, FewestPoolThreads, MostPoolThreads)),
        };
    }

    private static int Share(long free, int percent, long most) => (int)Math.Clamp(free * percent / 100, 1, Math.Clamp(most, 1, int.MaxValue));
}
