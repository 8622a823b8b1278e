namespace EventGateway.Engine.Plugins;

/// <summary>
/// Threads of a plug-in's own, so that code that blocks takes none of the gateway's. They are started as needed, up to a
/// limit, and what an <c>await</c> continues with comes back to them.
/// </summary>
internal sealed class PluginThreads(string name, int maxThreads) : TaskScheduler, IDisposable
{
    private readonly Queue<Task> _tasks = new();
    private int _unfinished;
    private int _threads;
    private bool _disposed;

    /// <inheritdoc/>
    public override int MaximumConcurrencyLevel => maxThreads;

    /// <summary>Lets the threads end once they have nothing to do. One that never comes back ends with the process.</summary>
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

        // What a call that was given up continues with after the end: it must not throw in whoever wakes it.
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

    // Without a thread more the task waits for one that is there, or for the next attempt.
    private void TryStart()
    {
        try
        {
            new Thread(Work) { IsBackground = true, Name = name }.UnsafeStart();
            _threads++;
        }
        catch (Exception exception) when (exception is OutOfMemoryException or ThreadStartException)
        {
            // The machine has none left.
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
