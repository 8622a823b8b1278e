using EventGateway.Abstractions;
using EventGateway.Abstractions.Delivery;
using Microsoft.Extensions.Logging;

namespace EventGateway.Engine.Delivery;

/// <summary>Reports events that were accepted before, and keys that a store forgot too early.</summary>
/// <param name="metrics">Counts them.</param>
/// <param name="timeProvider">Limits the log lines.</param>
/// <param name="logger">Logs them.</param>
public sealed partial class DuplicateReports(DeliveryMetrics metrics, TimeProvider timeProvider, ILogger<DuplicateReports> logger)
{
    private readonly LogSampler _sampler = new(timeProvider);

    // An event that is stored must not fail because the log cannot be written.
    private readonly ILogger _logger = new SafeLogger(logger);

    /// <summary>Reports duplicates among events, and forgotten keys.</summary>
    /// <param name="events">The events, each with its deliveries of all guarantees.</param>
    /// <param name="result">What the stores made of them.</param>
    internal void Report(IReadOnlyList<EventDeliveries> events, AcceptResult result)
    {
        foreach (var index in result.Duplicates ?? [])
        {
            var found = events[index];
            var space = found.Routes[0].Subscription.Space;
            metrics.Duplicate(space);
            LogFound(_logger, found.Event.Id, found.Event.Source, space);
        }

        if (result.ForgottenKeys > 0)
        {
            metrics.ForgotKeys(result.ForgottenKeys);
            if (_sampler.TryTake(out var suppressed))
            {
                LogForgotten(_logger, suppressed);
            }
        }
    }

    [LoggerMessage(LogEvents.DuplicateFound, LogLevel.Debug, "Event {EventId} of {EventSource} was accepted before in space {Space}: it is not delivered again.")]
    private static partial void LogFound(ILogger logger, string eventId, string eventSource, string space);

    [LoggerMessage(LogEvents.DedupKeysForgotten, LogLevel.Warning,
        "Too many events for their windows: the gateway forgot which events it accepted before the windows ended, and may accept some of them again. Raise --dedup-keys or shorten --dedup-window.{Suppressed}")]
    private static partial void LogForgotten(ILogger logger, SuppressedLines suppressed);
}
