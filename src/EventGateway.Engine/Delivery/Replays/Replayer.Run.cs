using EventGateway.Abstractions.Delivery;
using EventGateway.Abstractions.Resources;
using EventGateway.CloudEvents;
using Microsoft.Extensions.Logging;

namespace EventGateway.Engine.Delivery.Replays;

public sealed partial class Replayer
{
    // Bound the events that are read and stored at once: enough to share a transaction, few enough for the memory.
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
                // It was ended, or the process stops and it continues after the next start.
            }
            catch (Exception exception)
            {
                LogReplayFailed(exception, run.Replay.Subscription.Space, run.Replay.Id);
                run.TryEnd(ReplayState.Failed, $"The event log or the delivery store failed: {exception.Message}");
            }

            await KeepAsync(run);
        }
    }

    // Waits come before the turn, so that a replay that waits neither holds events in memory nor takes the turn of another.
    private async Task ReplayAsync(ReplayRun run)
    {
        Step step;
        do
        {
            await WaitForRouteAsync(run);
            step = await TakeTurnAsync(run);
            if (step is { Replayed: > 0, IsLast: false })
            {
                await KeepAsync(run);
            }

            if (step.RetryAfter is { } wait)
            {
                await Task.Delay(wait, _timeProvider, run.Cancelled);
            }
        }
        while (!step.IsLast);
    }

    private async Task<Step> TakeTurnAsync(ReplayRun run)
    {
        await _turns.WaitAsync(run.Cancelled);
        run.HasTurn = true;
        try
        {
            return await StepAsync(run);
        }
        finally
        {
            run.HasTurn = false;
            _turns.Release();
        }
    }

    private async Task<Step> StepAsync(ReplayRun run)
    {
        var replay = run.Replay;
        var range = new LogRange
        {
            Space = replay.Subscription.Space,
            EventTypes = replay.EventTypes,
            From = replay.From,
            To = replay.To,
        };
        var part = await _log.ReadAsync(range, replay.Position, BatchEvents, BatchBytes, run.Cancelled);
        if (part.Events.Count > 0)
        {
            // Must be checked again: while the log was read, the replay may have been paused or the route removed.
            if (run.Replay.State is not ReplayState.Running || FindRoute(run) is not { } route)
            {
                return default;
            }

            var result = await StoreAsync(part.Events, route, run);
            if (!result.IsAccepted)
            {
                return new Step { RetryAfter = result.RetryAfter ?? TimeSpan.FromSeconds(1) };
            }
        }

        run.Advance(part.Events.Count, part.Next);
        return new Step { Replayed = part.Events.Count, IsLast = part.Next is null, RetryAfter = part.RetryAfter };
    }

    private ValueTask<AcceptResult> StoreAsync(IReadOnlyList<ReadOnlyMemory<byte>> events, Route route, ReplayRun run)
    {
        Route[] routes = [route];
        var deliveries = events
            .Select(json => new EventDeliveries(ReplayedEvent.Create(Read(json), run.Replay.Id), routes) { Cause = DeliveryCause.Replayed })
            .ToList();
        return _backlog.OfferAsync(deliveries, run.Cancelled);
    }

    private static CloudEvent Read(ReadOnlyMemory<byte> json)
    {
        var read = CloudEventReader.ReadStored(json);
        return read.IsValid ? read.Event : throw new InvalidOperationException($"a logged event cannot be read: {string.Join("; ", read.Errors)}");
    }

    [LoggerMessage(LogEvents.ReplayFailed, LogLevel.Error, "Replay {Space}/{ReplayId} failed.")]
    private partial void LogReplayFailed(Exception exception, string space, string replayId);

    private readonly record struct Step
    {
        /// <summary>How many events were stored for delivery.</summary>
        public int Replayed { get; init; }

        /// <summary>Whether no event is left.</summary>
        public bool IsLast { get; init; }

        /// <summary>How long to wait before the next step. Null means no wait.</summary>
        public TimeSpan? RetryAfter { get; init; }
    }
}
