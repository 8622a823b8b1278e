using System.Diagnostics;
using EventGateway.Abstractions.Delivery;
using EventGateway.Http;
using EventGateway.Options;
using Microsoft.AspNetCore.Http.Features;

namespace EventGateway.Events.Access;

/// <summary>Logs a line for each request of the Events API, when <c>--access-log</c> is set. Otherwise it does nothing.</summary>
internal sealed partial class AccessLog(GatewayOptions options, TimeProvider time, ILogger<AccessLog> logger)
{
    // As nginx says it: the client left before it got an answer.
    private const int ClientLeft = 499;

    private const string None = "-";

    /// <summary>Whether requests are logged.</summary>
    public bool IsOn => options.AccessLog;

    /// <summary>Notes that an event came in.</summary>
    public void Received(HttpContext context, string eventType)
    {
        if (IsOn)
        {
            context.Features.Get<AccessRecord>()?.AddType(eventType);
        }
    }

    /// <summary>Notes the subscriptions that get an event.</summary>
    /// <param name="context">The request.</param>
    /// <param name="sync">The sync subscription. Null when there is none.</param>
    /// <param name="deliveries">The async subscriptions.</param>
    public void Routed(HttpContext context, Route? sync, IReadOnlyList<EventDeliveries> deliveries)
    {
        if (IsOn && context.Features.Get<AccessRecord>() is { } record)
        {
            if (sync is not null)
            {
                record.AddSubscription(sync.Subscription.Space);
            }

            foreach (var route in deliveries.SelectMany(static delivery => delivery.Routes))
            {
                record.AddSubscription(route.Subscription.Space);
            }
        }
    }

    /// <summary>Serves a request and logs it.</summary>
    public async Task ServeAsync(RequestDelegate next, HttpContext context)
    {
        var start = time.GetTimestamp();
        var record = new AccessRecord();
        var requestBody = context.Request.Body;
        var responseBody = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        var received = new CountingStream(requestBody);
        var answered = new CountedResponse(responseBody, new CountingStream(responseBody.Stream));
        context.Features.Set(record);
        context.Features.Set<IHttpResponseBodyFeature>(answered);
        context.Request.Body = received;
        try
        {
            await next(context);
        }
        finally
        {
            context.Request.Body = requestBody;
            context.Features.Set(responseBody);
            context.Features.Set<AccessRecord>(null);
            Log(context, record, received.Count, answered.Count, time.GetElapsedTime(start));
        }
    }

    private void Log(HttpContext context, AccessRecord record, long received, long answered, TimeSpan duration)
    {
        var request = context.Request;
        var hasLeft = context.RequestAborted.IsCancellationRequested && !context.Response.HasStarted;
        LogAccess(
            request.Method,
            // The query may have keys.
            RequestTarget.RawPath(request),
            request.Protocol,
            hasLeft ? ClientLeft : context.Response.StatusCode,
            Math.Round(duration.TotalMilliseconds, 3),
            RemoteAddress.Of(context),
            record.EventTypes ?? None,
            record.Spaces ?? None,
            record.Subscriptions,
            received,
            HttpMethods.IsHead(request.Method) ? 0 : answered,
            request.Headers.TraceParent is [{ } parent] && ActivityContext.TryParse(parent, null, out var span) ? span.TraceId.ToHexString() : None);
    }

    [LoggerMessage(LogEvents.RequestServed, LogLevel.Information,
        "{Method} {Path} {Protocol} {Status} in {DurationMs} ms from {RemoteAddress}: {EventType} in {Spaces} to {Subscriptions} subscriptions, {BytesIn} bytes in, {BytesOut} bytes out, trace {TraceId}")]
    private partial void LogAccess(
        string method, string path, string protocol, int status, double durationMs, string remoteAddress,
        string eventType, string spaces, int subscriptions, long bytesIn, long bytesOut, string traceId);
}
