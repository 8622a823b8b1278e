namespace EventGateway.Engine.Plugins;

/// <summary>
/// The threads of one plug-in, so that code that blocks does not take the gateway's. They are started as needed, up to a
/// limit. Continuations after an <c>await</c> run on them too.
/// </summary>
internal sealed class PluginThreads(string name, int maxThreads) : TaskScheduler, IDisposable
{
    private readonly Queue<Task> _tasks = new();
    private int _unfinished;
    private int _threads;
    private bool _disposed;

    /// <inheritdoc/>
    public override int MaximumConcurrencyLevel => maxThreads;

    /// <summary>Ends the threads when they have nothing to do. A thread that hangs ends with the process.</summary>
    public void Dispose()
    {
        lock (_tasks)
        {
            _disposed = true;
            Monitor.PulseAll(_tasks);
        }
    }

    /// <inheritdoc/>
    protected override void QueueTask(Task task)
    {
        lock (_tasks)
        {
            if (!_disposed)
            {
                _tasks.Enqueue(task);
                if (++_unfinished > _threads && _threads < maxThreads)
                {
                    TryStart();
                }

                Monitor.Pulse(_tasks);
                return;
            }
        }

        // A continuation of an abandoned call. It must not throw in the code that completes it.
        ThreadPool.UnsafeQueueUserWorkItem(static state => state.Self.TryExecuteTask(state.Task), (Self: this, Task: task), preferLocal: false);
    }

    /// <inheritdoc/>
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        !taskWasPreviouslyQueued && Current == this && TryExecuteTask(task);

    /// <inheritdoc/>
    protected override IEnumerable<Task> GetScheduledTasks()
    {
        lock (_tasks)
        {
            return [.. _tasks];
        }
    }

    // If no thread can be started, the task waits for an existing one or for the next attempt.
    private void TryStart()
    {
        try
        {
            new Thread(Work) { IsBackground = true, Name = name }.UnsafeStart();
            _threads++;
        }
        catch (Exception exception) when (exception is OutOfMemoryException or ThreadStartException)
        {
            // The machine has no thread left.
        }
    }

    private void Work()
    {
        while (TryTake() is { } task)
        {
            TryExecuteTask(task);
            lock (_tasks)
            {
                _unfinished--;
            }
        }
    }

    private Task? TryTake()
    {
        lock (_tasks)
        {
            Task? task;
            while (!_tasks.TryDequeue(out task) && !_disposed)
            {
                Monitor.Wait(_tasks);
            }

            return task;
        }
    }
}
