namespace EventGateway.Serving;

/// <summary>The resources that the machine gives the process, and how they are divided.</summary>
internal sealed record MachineLimits
{
    // For assemblies (two descriptors each) and the files of the stores: about 145 until the first request, more later.
    private const int Reserve = 224;
    private const int MinToShare = 48;
    private const long BytesPerConnection = 16 * 1024;
    private const long FewDescriptors = 4096;
    // Enough for work that blocks. Each thread takes memory.
    private const int MaxPoolThreads = 1000;
    private const int MinPoolThreads = 32;

    /// <summary>Maximum number of file descriptors (RLIMIT_NOFILE). Null means no limit, or an unknown one.</summary>
    public long? Descriptors { get; private init; }

    /// <summary>Maximum size of the heap in bytes: the memory of the machine or container, or <c>DOTNET_GCHeapHardLimit</c>.</summary>
    public required long Memory { get; init; }

    /// <summary>Maximum number of open connections to the Events API.</summary>
    public int EventsConnections { get; private init; }

    /// <summary>Maximum number of open connections to the Configuration API.</summary>
    public int ConfigConnections { get; private init; }

    /// <summary>Maximum number of open connections to functions.</summary>
    public int FunctionConnections { get; private init; }

    /// <summary>Maximum number of threads of the thread pool. The pool starts with one for each processor and adds more when threads block.</summary>
    public int PoolThreads { get; private init; }

    /// <summary>Maximum number of concurrent DNS look-ups. Each blocks a thread of the pool.</summary>
    public int NameLookUps => PoolThreads / 4;

    /// <summary>Memory for bodies of requests to the Events API, in bytes.</summary>
    public long RequestBytes => Memory / 4;

    /// <summary>Memory for answers of functions, in bytes.</summary>
    public long AnswerBytes => Memory / 8;

    /// <summary>Memory for waiting deliveries, in bytes, unless <c>--workers-backlog-size</c> is set.</summary>
    public long WaitingBytes => Math.Min(256L << 20, Memory / 8);

    /// <summary>Memory for stored events that are being delivered, in bytes.</summary>
    public long LeasedBytes => Memory / 8;

    /// <summary>Memory of the delivery store for waiting writes, in bytes. It uses the same amount for reading ahead.</summary>
    public long StoreBytes => Math.Min(64L << 20, Memory / 16);

    /// <summary>Whether there are fewer descriptors than usual for a server.</summary>
    public bool HasFewDescriptors => Descriptors < FewDescriptors;

    /// <summary>Reads the limits of this process.</summary>
    /// <exception cref="IOException">There are too few descriptors to serve anything.</exception>
    public static MachineLimits Read() => Of(
        SystemLimits.ReadDescriptors(),
        Directory.Exists("/proc/self/fd") ? Directory.GetFiles("/proc/self/fd").Length : 0,
        GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
        SystemLimits.ReadThreads());

    /// <summary>Sets the maximum of the thread pool, unless it is lower already.</summary>
    public void BoundThreadPool()
    {
        ThreadPool.GetMaxThreads(out var threads, out var completionThreads);
        ThreadPool.SetMaxThreads(Math.Min(threads, PoolThreads), completionThreads);
    }

    /// <summary>Divides the resources.</summary>
    /// <param name="descriptors">The maximum number of file descriptors. Null means no limit.</param>
    /// <param name="used">The number of descriptors in use.</param>
    /// <param name="memory">The memory, in bytes.</param>
    /// <param name="threads">The maximum number of threads. Null means no limit.</param>
    /// <exception cref="IOException">There are too few descriptors to serve anything.</exception>
    public static MachineLimits Of(long? descriptors, int used, long memory, long? threads = null)
    {
        var free = descriptors is { } all ? all - used - Reserve : long.MaxValue / 100;
        if (free < MinToShare)
        {
            throw new IOException(
                $"The limit of open files (RLIMIT_NOFILE, ulimit -n) is {descriptors}. The program needs at least {used + Reserve + MinToShare}.");
        }

        var byMemory = memory / 4 / BytesPerConnection;
        return new MachineLimits
        {
            Descriptors = descriptors,
            Memory = memory,
            EventsConnections = Share(free, 55, byMemory),
            FunctionConnections = Share(free, 35, byMemory),
            ConfigConnections = Share(free, 10, Math.Min(byMemory, 1000)),
            PoolThreads = Math.Max(Environment.ProcessorCount, (int)Math.Clamp((threads ?? long.MaxValue) / 2, MinPoolThreads, MaxPoolThreads)),
        };
    }

    private static int Share(long free, int percent, long max) => (int)Math.Clamp(free * percent / 100, 1, Math.Clamp(max, 1, int.MaxValue));
}
