using EventGateway.Abstractions;
using EventGateway.CloudEvents;
using EventGateway.Engine.Registry;
using EventGateway.Http;

namespace EventGateway.Events;

/// <summary>Counts and logs events that no subscription takes.</summary>
internal sealed partial class UnmatchedEvents(
    GatewayRegistry registry, EventMetrics metrics, DevFallback dev, TimeProvider time, ILogger<UnmatchedEvents> logger)
{
    private const int MaxLogged = 200;

    private readonly KeyedLogSampler _sampler = new(time);

    /// <summary>Takes an event that came alone.</summary>
    /// <returns>Whether the request is answered. If not, the event is accepted.</returns>
    public async ValueTask<bool> TryAnswerAsync(HttpContext context, CloudEvent cloudEvent)
    {
        if (await dev.TryEchoAsync(context, cloudEvent))
        {
            return true;
        }

        Report(context.Request, cloudEvent.Type);
        await dev.LogAsync(cloudEvent, context.RequestAborted);
        return false;
    }

    /// <summary>Takes accepted events of a batch.</summary>
    public async ValueTask TakeAsync(HttpContext context, IReadOnlyList<CloudEvent> batch)
    {
        foreach (var cloudEvent in batch)
        {
            Report(context.Request, cloudEvent.Type, inBatch: true);
            await dev.LogAsync(cloudEvent, context.RequestAborted);
        }
    }

    /// <summary>Counts and logs an event.</summary>
    /// <param name="inBatch">Whether it came in a batch.</param>
    public void Report(HttpRequest request, string eventType, bool inBatch = false)
    {
        var path = RequestTarget.RawPath(request);
        var reason = registry.Routes.FindReason(request.Method, path, eventType, inBatch);
        metrics.Unmatched(reason);
        if (logger.IsEnabled(LogLevel.Information) && _sampler.TryTake(eventType, (int)reason, out var suppressed))
        {
            var kind = inBatch ? "async subscription" : "subscription";
            LogUnmatched(Shorten(eventType), kind, request.Method, Shorten(path), registry.DescribeNear(reason, request.Method, path, eventType, inBatch), suppressed);
        }
    }

    private static string Shorten(string text) => text.Length <= MaxLogged ? text : $"{text.AsSpan(0, MaxLogged)}…";

    [LoggerMessage(LogEvents.UnmatchedEvent, LogLevel.Information,
        "{EventType}: no {Kind} on {Method} {Path}; {Near}.{Suppressed}")]
    private partial void LogUnmatched(string eventType, string kind, string method, string path, string near, SuppressedLines suppressed);
}
