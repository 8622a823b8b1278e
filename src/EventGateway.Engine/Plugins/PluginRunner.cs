using System.Threading.Channels;
using EventGateway.Abstractions.Plugins;
using EventGateway.CloudEvents;
using Microsoft.Extensions.Logging;

namespace EventGateway.Engine.Plugins;

/// <summary>Calls one plug-in, within its limits.</summary>
internal sealed partial class PluginRunner : IAsyncDisposable
{
    private readonly LoadedPlugin _plugin;
    private readonly PluginLimits _limits;
    private readonly PluginMetrics _metrics;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly PluginThreads _threads;
    private readonly PluginThreads _cancelling;
    private readonly Channel<CloudEvent> _queue;
    private readonly Task _queueEnd;
    private readonly CancellationTokenSource _stop = new();
    private long _queuedBytes;
    private int _underWay;

    public PluginRunner(LoadedPlugin plugin, PluginLimits limits, PluginMetrics metrics, TimeProvider timeProvider, ILogger logger)
    {
        _plugin = plugin;
        _limits = limits;
        _metrics = metrics;
        _timeProvider = timeProvider;
        _logger = logger;
        _threads = new PluginThreads($"Plug-in {plugin.Name}", limits.MaxThreads);
        _cancelling = new PluginThreads($"Cancelling {plugin.Name}", 1);
        _queue = Channel.CreateBounded<CloudEvent>(new BoundedChannelOptions(limits.MaxQueued) { SingleReader = true });
        _queueEnd = Task.Run(TakeQueuedAsync);
    }

    /// <summary>What logs and metrics call the plug-in.</summary>
    public string Name => _plugin.Name;

    /// <summary>Queues an event, or drops it when too many wait.</summary>
    public void Enqueue(CloudEvent systemEvent)
    {
        var bytes = systemEvent.Data.Bytes.Length;
        var before = Interlocked.Add(ref _queuedBytes, bytes) - bytes;
        if ((before > 0 && before + bytes > _limits.MaxQueuedBytes) || !_queue.Writer.TryWrite(systemEvent))
        {
            Interlocked.Add(ref _queuedBytes, -bytes);
            _metrics.Called(Name, systemEvent.Type, PluginOutcome.Dropped);
        }
    }

    /// <summary>Calls the plug-in.</summary>
    /// <param name="cancellationToken">Cancelled when the caller has gone.</param>
    /// <returns>The outcome, and the error of a plug-in that stopped the event.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async Task<(PluginOutcome Outcome, string? Error)> CallAsync(CloudEvent systemEvent, CancellationToken cancellationToken)
    {
        var result = await CallWithinLimitsAsync(systemEvent, cancellationToken);
        _metrics.Called(Name, systemEvent.Type, result.Outcome);
        return result;
    }

    /// <summary>Waits for the plug-in to take the queued events and to be disposed.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        if (!await EndsAsync(_queueEnd))
        {
            await _stop.CancelAsync();
        }

        var disposal = Task.Factory.StartNew(DisposePluginAsync, CancellationToken.None, TaskCreationOptions.DenyChildAttach, _threads).Unwrap();
        if (!await EndsAsync(disposal))
        {
            LogNotDisposed(Name, _limits.StopTimeout.TotalSeconds);
        }

        _threads.Dispose();
        _cancelling.Dispose();
        _stop.Dispose();
    }

    private async Task<(PluginOutcome Outcome, string? Error)> CallWithinLimitsAsync(CloudEvent systemEvent, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _underWay) > _limits.MaxCalls)
        {
            Interlocked.Decrement(ref _underWay);
            LogOverloaded(Name, systemEvent.Type, _limits.MaxCalls);
            return (PluginOutcome.Overloaded, null);
        }

        using var deadline = new CancellationTokenSource(_limits.Timeout, _timeProvider);
        var token = deadline.Token;
        // The plug-in gets a token of its own, because a callback that it registers may block or throw.
        var forPlugin = new CancellationTokenSource();
        var callerGone = cancellationToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), deadline);
        var call = Task.Factory
            .StartNew(() => _plugin.Plugin.ReactAsync(systemEvent, forPlugin.Token).AsTask(), token, TaskCreationOptions.DenyChildAttach, _threads)
            .Unwrap()
            // The gateway continues on a thread of its own, whichever thread the plug-in answers on.
            .ContinueWith(static call => call, CancellationToken.None, TaskContinuationOptions.DenyChildAttach, TaskScheduler.Default)
            .Unwrap();
        _ = EndAsync(call);
        try
        {
            var answer = await call.WaitAsync(token);
            return answer.Error is { } error ? (PluginOutcome.Stopped, error) : (PluginOutcome.Continued, null);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            LogTimedOut(Name, systemEvent.Type, _limits.Timeout.TotalSeconds);
            return (PluginOutcome.TimedOut, null);
        }
        catch (Exception exception)
        {
            LogFailed(exception, Name, systemEvent.Type);
            return (PluginOutcome.Failed, null);
        }
        finally
        {
            await callerGone.DisposeAsync();
            if (!call.IsCompleted)
            {
                _ = Task.Factory.StartNew(() => Cancel(forPlugin), CancellationToken.None, TaskCreationOptions.DenyChildAttach, _cancelling);
            }
        }
    }

    private void Cancel(CancellationTokenSource source)
    {
        try
        {
            source.Cancel();
        }
        catch (Exception exception)
        {
            LogCancellationFailed(exception, Name);
        }
    }

    // Exceptions are suppressed, because the call that awaited this one has logged them or has gone.
    private async Task EndAsync(Task call)
    {
        await call.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        Interlocked.Decrement(ref _underWay);
    }

    private async Task TakeQueuedAsync()
    {
        await foreach (var systemEvent in _queue.Reader.ReadAllAsync())
        {
            Interlocked.Add(ref _queuedBytes, -systemEvent.Data.Bytes.Length);
            if (_stop.IsCancellationRequested)
            {
                _metrics.Called(Name, systemEvent.Type, PluginOutcome.Dropped);
                continue;
            }

            try
            {
                await CallAsync(systemEvent, _stop.Token);
            }
            catch (OperationCanceledException)
            {
                _metrics.Called(Name, systemEvent.Type, PluginOutcome.Dropped);
            }
        }
    }

    private async Task<bool> EndsAsync(Task task)
    {
        try
        {
            await task.WaitAsync(_limits.StopTimeout, _timeProvider);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private async Task DisposePluginAsync()
    {
        try
        {
            switch (_plugin.Plugin)
            {
                case IAsyncDisposable disposable:
                    await disposable.DisposeAsync();
                    break;
                case IDisposable disposable:
                    disposable.Dispose();
                    break;
            }
        }
        catch (Exception exception)
        {
            LogDisposalFailed(exception, Name);
        }
    }

    [LoggerMessage(LogEvents.PluginFailed, LogLevel.Error, "The plug-in {Plugin} failed for an event of the type {EventType}.")]
    private partial void LogFailed(Exception exception, string plugin, string eventType);

    [LoggerMessage(LogEvents.PluginTimedOut, LogLevel.Error,
        "The plug-in {Plugin} did not answer to an event of the type {EventType} within {Seconds} s.")]
    private partial void LogTimedOut(string plugin, string eventType, double seconds);

    [LoggerMessage(LogEvents.PluginOverloaded, LogLevel.Error,
        "The plug-in {Plugin} was not called with an event of the type {EventType}: {MaxCalls} calls of it are under way.")]
    private partial void LogOverloaded(string plugin, string eventType, int maxCalls);

    [LoggerMessage(LogEvents.PluginDisposalFailed, LogLevel.Warning, "The plug-in {Plugin} failed when it was disposed.")]
    private partial void LogDisposalFailed(Exception exception, string plugin);

    [LoggerMessage(LogEvents.PluginNotDisposed, LogLevel.Warning, "The plug-in {Plugin} was not disposed within {Seconds} s.")]
    private partial void LogNotDisposed(string plugin, double seconds);

    [LoggerMessage(LogEvents.PluginCancellationFailed, LogLevel.Warning, "The plug-in {Plugin} failed when a call of it was cancelled.")]
    private partial void LogCancellationFailed(Exception exception, string plugin);
}
