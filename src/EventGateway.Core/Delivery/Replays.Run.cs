using EventGateway.Core.CloudEvents;
using EventGateway.Core.Routing;
using Microsoft.Extensions.Logging;

namespace EventGateway.Core.Delivery;

public sealed partial class Replays
{
    // What is read and handed over at once: enough to share a transaction, little enough to hold in memory.
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
                // It has ended, and says so itself; or the process stops, and it goes on after the next start.
            }
            catch (Exception exception)
            {
                LogReplayFailed(exception, run.Replay.Subscription.Space, run.Replay.Id);
                run.TryEnd(ReplayState.Failed, $"The event log or the delivery store failed: {exception.Message}");
            }

            await KeepAsync(run);
        }
    }

    private async Task ReplayAsync(ReplayRun run)
    {
        var replay = run.Replay;
        var range = new LogRange
        {
            Space = replay.Subscription.Space,
            EventTypes = replay.EventTypes,
            From = replay.From,
            To = replay.To,
        };
        var position = replay.Position;
        do
        {
            // Reading comes later: a replay that waits must not hold events in memory.
            await WaitForRouteAsync(run);
            var part = await _log.ReadAsync(range, position, BatchEvents, BatchBytes, run.Cancelled);
            position = part.Next;
            if (part.Events.Count > 0)
            {
                await HandOverAsync(part.Events, run);
                run.Advance(part.Events.Count, position);
                if (position is not null)
                {
                    await KeepAsync(run);
                }
            }

            if (part.RetryAfter is { } wait)
            {
                await Task.Delay(wait, _timeProvider, run.Cancelled);
            }
        }
        while (position is not null);
    }

    private async Task HandOverAsync(IReadOnlyList<ReadOnlyMemory<byte>> events, ReplayRun run)
    {
        var copies = events.Select(json => ReplayedEvent.Create(Read(json), run.Replay.Id)).ToList();
        while (true)
        {
            Route[] routes = [await WaitForRouteAsync(run)];
            var deliveries = copies.ConvertAll(copy => new EventDeliveries(copy, routes) { Cause = DeliveryCause.Replayed });
            var result = await _dispatcher.OfferAsync(deliveries, run.Cancelled);
            if (result.IsAccepted)
            {
                return;
            }

            await Task.Delay(result.RetryAfter ?? TimeSpan.FromSeconds(1), _timeProvider, run.Cancelled);
        }
    }

    private static CloudEvent Read(ReadOnlyMemory<byte> json)
    {
        var read = CloudEventReader.ReadStructured(json);
        return read.IsValid ? read.Event : throw new InvalidOperationException($"a logged event cannot be read: {string.Join("; ", read.Errors)}");
    }

    [LoggerMessage(2020, LogLevel.Error, "Replay {Space}/{ReplayId} failed.")]
    private partial void LogReplayFailed(Exception exception, string space, string replayId);
}
