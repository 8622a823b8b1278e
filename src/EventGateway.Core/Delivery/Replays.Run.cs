using EventGateway.Core.CloudEvents;
using EventGateway.Core.Routing;
using Microsoft.Extensions.Logging;

namespace EventGateway.Core.Delivery;

public sealed partial class Replays
{
    // What is handed over at once: enough to share a transaction, little enough to hold in memory.
    private const int BatchEvents = 64;
    private const int BatchBytes = 1024 * 1024;

    // Never throws.
    private async Task RunAsync(ReplayRun run)
    {
        using (run)
        {
            try
            {
                await ReplayAsync(run);
                run.TryEnd(ReplayState.Done);
            }
            catch (OperationCanceledException) when (run.Cancelled.IsCancellationRequested)
            {
                // It has ended, and says so itself.
            }
            catch (Exception exception)
            {
                LogReplayFailed(exception, run.Replay.Subscription.Space, run.Replay.Id);
                run.TryEnd(ReplayState.Failed, $"The event log or the delivery store failed: {exception.Message}");
            }
        }
    }

    private async Task ReplayAsync(ReplayRun run)
    {
        var replay = run.Replay;
        var filter = new EventFilter
        {
            Space = replay.Subscription.Space,
            Type = replay.EventTypes.Count == 1 ? replay.EventTypes[0] : null,
            From = replay.From,
            To = replay.To,
        };
        var batch = new List<CloudEvent>(BatchEvents);
        var bytes = 0;
        await foreach (var page in OldestFirst.ReadAsync(_log, filter, run.Cancelled))
        {
            for (var place = page.Count - 1; place >= 0; place--)
            {
                if (!replay.EventTypes.Contains(page[place].Type))
                {
                    continue;
                }

                if (await FindAsync(page[place], run) is not { } found)
                {
                    run.Skip();
                    continue;
                }

                batch.Add(ReplayedEvent.Create(found.Event, replay.Id));
                bytes += found.Size;
                if (batch.Count == BatchEvents || bytes >= BatchBytes)
                {
                    await HandOverAsync(batch, run);
                    batch.Clear();
                    bytes = 0;
                }
            }
        }

        if (batch.Count > 0)
        {
            await HandOverAsync(batch, run);
        }
    }

    // Not set: the event is not there any more, or it is a copy that an earlier replay brought.
    private async ValueTask<(CloudEvent Event, int Size)?> FindAsync(EventSummary summary, ReplayRun run)
    {
        var logged = await _log.FindAsync(summary.Space, summary.Id, run.Cancelled);

        // The log finds the last one of an id. Another source's is another event; the same source's is a copy of this one.
        if (logged is null || logged.Source != summary.Source || logged.Type != summary.Type)
        {
            return null;
        }

        var read = CloudEventReader.ReadStructured(logged.Event);
        return read.IsValid && !(logged.AcceptedAt == summary.AcceptedAt && ReplayedEvent.IsReplayed(read.Event))
            ? (read.Event, logged.Event.Length)
            : null;
    }

    private async Task HandOverAsync(List<CloudEvent> batch, ReplayRun run)
    {
        var key = run.Replay.Subscription;
        while (true)
        {
            await run.WhilePausedAsync();
            run.Cancelled.ThrowIfCancellationRequested();
            if (_routes.Find(key.Space, key.SubscriptionId, key.FunctionId) is not { } route)
            {
                run.TryEnd(ReplayState.Failed, "The subscription is gone.");
                run.Cancelled.ThrowIfCancellationRequested();
                return;
            }

            Route[] routes = [route];
            var result = await _dispatcher.AcceptAsync(batch.ConvertAll(cloudEvent => new EventDeliveries(cloudEvent, routes)), run.Cancelled);
            if (result.IsAccepted)
            {
                run.Count(batch.Count);
                return;
            }

            await Task.Delay(result.RetryAfter ?? TimeSpan.FromSeconds(1), _timeProvider, run.Cancelled);
        }
    }

    [LoggerMessage(2020, LogLevel.Error, "Replay {Space}/{ReplayId} failed.")]
    private partial void LogReplayFailed(Exception exception, string space, string replayId);
}
