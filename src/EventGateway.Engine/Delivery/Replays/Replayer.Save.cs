using Microsoft.Extensions.Logging;

namespace EventGateway.Engine.Delivery.Replays;

public sealed partial class Replayer
{
    private static readonly TimeSpan SaveAgain = TimeSpan.FromSeconds(1);

    // One at a time, and each stores how the replay stands by then: an older state never replaces a newer one, and what was
    // forgotten stays so.
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

    // Until it is stored, or the process stops: what is not is brought again after a restart.
    private async Task KeepAsync(ReplayRun run)
    {
        for (var told = false; ; told = true)
        {
            try
            {
                await SaveAsync(run, CancellationToken.None);
                return;
            }
            catch (IOException exception)
            {
                if (!told)
                {
                    LogReplayNotStored(exception, run.Replay.Subscription.Space, run.Replay.Id);
                }
            }

            if (_stop.IsCancellationRequested)
            {
                return;
            }

            await Task.Delay(SaveAgain, _timeProvider, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(2021, LogLevel.Error, "How replay {Space}/{ReplayId} stands cannot be stored; trying again.")]
    private partial void LogReplayNotStored(Exception exception, string space, string replayId);
}
