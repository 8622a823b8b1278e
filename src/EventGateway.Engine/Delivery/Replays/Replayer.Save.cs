using Microsoft.Extensions.Logging;

namespace EventGateway.Engine.Delivery.Replays;

public sealed partial class Replayer
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    // Runs one at a time and stores the state of that moment, so that an older state never replaces a newer one and a removed
    // replay is not stored again.
    private async ValueTask SaveAsync(ReplayRun run, CancellationToken cancellationToken)
    {
        await _saving.WaitAsync(cancellationToken);
        try
        {
            var replay = run.Replay;
            if (FindRun(replay.Subscription.Space, replay.Id) == run)
            {
                await _store.SaveAsync(replay, cancellationToken);
            }
        }
        finally
        {
            _saving.Release();
        }
    }

    private async ValueTask DeleteAsync(ReplayRun run, CancellationToken cancellationToken)
    {
        await _saving.WaitAsync(cancellationToken);
        try
        {
            await _store.DeleteAsync(run.Replay.Subscription.Space, run.Replay.Id, cancellationToken);
        }
        finally
        {
            _saving.Release();
        }
    }

    // Tries until the state is stored, or the process stops. Events that are not noted are replayed again after a restart.
    private async Task KeepAsync(ReplayRun run)
    {
        for (var logged = false; ; logged = true)
        {
            try
            {
                await SaveAsync(run, CancellationToken.None);
                return;
            }
            catch (IOException exception)
            {
                if (!logged)
                {
                    LogReplayNotStored(exception, run.Replay.Subscription.Space, run.Replay.Id);
                }
            }

            if (_stop.IsCancellationRequested)
            {
                return;
            }

            await Task.Delay(RetryDelay, _timeProvider, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(LogEvents.ReplayNotStored, LogLevel.Error, "The state of replay {Space}/{ReplayId} cannot be stored; trying again.")]
    private partial void LogReplayNotStored(Exception exception, string space, string replayId);
}
