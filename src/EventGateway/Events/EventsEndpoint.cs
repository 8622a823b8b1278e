using EventGateway.Core;
using EventGateway.Core.Authorization;
using EventGateway.Core.Buffers;
using EventGateway.Core.CloudEvents;
using EventGateway.Core.Delivery;
using EventGateway.Core.Registry;
using EventGateway.Core.Routing;
using EventGateway.Core.SystemEvents;
using EventGateway.Hosting;
using EventGateway.Http;
using EventGateway.Options;

namespace EventGateway.Events;

/// <summary>The Events API: reads what a request carries, routes it, delivers and answers.</summary>
internal sealed class EventsEndpoint(
    GatewayRegistry registry,
    EventRequestReader reader,
    Authorizers authorizers,
    DeliveryIntake intake,
    SyncCaller syncCaller,
    RawCaller rawCaller,
    SystemEventSource systemEvents,
    EventMetrics metrics,
    Draining draining,
    Health health,
    GatewayDefaults defaults,
    GatewayOptions options,
    TimeProvider time)
{
    /// <summary>Answers one request.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        if (!draining.TryEnter())
        {
            if (!health.TryAnswer(context, RequestTarget.RawPath(context.Request)))
            {
                await JsonAnswer.Unavailable(TimeSpan.FromSeconds(5), "The gateway is stopping; send the event to another instance or later.").ExecuteAsync(context);
            }

            return;
        }

        try
        {
            await ServeAsync(context);
        }
        finally
        {
            draining.Leave();
        }
    }

    private async Task ServeAsync(HttpContext context)
    {
        var path = RequestTarget.RawPath(context.Request);
        if (!PercentEncoding.IsValid(path))
        {
            await JsonAnswer.Error(StatusCodes.Status400BadRequest, "The path has a \"%\" that is not followed by two hexadecimal digits.").ExecuteAsync(context);
            return;
        }

        var routes = registry.Routes;
        if (CorsResponse.Apply(context, routes, path))
        {
            return;
        }

        RouteMatch? plain = EventRequestReader.IsPlain(context.Request)
            ? routes.Match(context.Request.Method, path, SystemEventTypes.HttpRequest)
            : null;
        if (plain is { Sync.Subscription.RequestMode: RequestMode.Raw } raw && NeedsNoEvent(raw))
        {
            metrics.Received(raw, SystemEventTypes.HttpRequest);
            await rawCaller.ForwardAsync(context, raw.Sync!);
            return;
        }

        // Grows with what arrives: a length that is only announced takes no memory.
        using var body = new PooledBuffer((int)Math.Min(context.Request.ContentLength ?? 0, 16 * 1024) + 1);
        if (!await RequestBody.TryReadAsync(context.Request, body, options.MaxEventSize, context.RequestAborted))
        {
            await JsonAnswer.Error(StatusCodes.Status413PayloadTooLarge, $"The body is larger than {options.MaxEventSize} bytes, the limit of --max-event-size.").ExecuteAsync(context);
            return;
        }

        if (plain is { } match)
        {
            await ServeHttpRequestAsync(context, match, path, body.WrittenMemory);
            return;
        }

        var incoming = reader.Read(context.Request, body.WrittenMemory);
        await (incoming.Kind switch
        {
            EventRequestKind.Event => ServeEventAsync(context, routes, path, incoming.Event!, body.WrittenMemory),
            EventRequestKind.Batch => ServeBatchAsync(context, routes, path, incoming.Batch!),
            EventRequestKind.Http => ServeHttpRequestAsync(
                context, routes.Match(context.Request.Method, path, SystemEventTypes.HttpRequest), path, body.WrittenMemory),
            _ => JsonAnswer.Error(StatusCodes.Status400BadRequest, incoming.Errors!).ExecuteAsync(context),
        });
    }

    // Nobody else wants what the request brings, so that it can go through without being read.
    private bool NeedsNoEvent(RouteMatch match) =>
        match.Async.Length == 0
        && !systemEvents.ObservesReceived
        && registry.FindAuthorizer(match.Sync!.Subscription.Space, SystemEventTypes.HttpRequest) is null;

    private Task ServeEventAsync(HttpContext context, RoutingTable routes, string path, CloudEvent cloudEvent, ReadOnlyMemory<byte> body)
    {
        var match = routes.Match(context.Request.Method, path, cloudEvent.Type);
        return RouteAsync(context, match, cloudEvent, body);
    }

    private async Task ServeHttpRequestAsync(HttpContext context, RouteMatch match, string path, ReadOnlyMemory<byte> body)
    {
        if (match.IsEmpty && health.TryAnswer(context, path))
        {
            return;
        }

        if (match.IsEmpty && !systemEvents.ObservesReceived)
        {
            metrics.Received(match, SystemEventTypes.HttpRequest);
            await AnswerUnmatchedAsync(context, path);
            return;
        }

        using var data = new PooledBuffer(body.Length + 1024);
        var cloudEvent = HttpRequestEvent.Create(context.Request, body, match.Parameters, defaults, time, data);
        if (!match.IsEmpty)
        {
            await RouteAsync(context, match, cloudEvent, body);
            return;
        }

        metrics.Received(match, SystemEventTypes.HttpRequest);
        if (await TryTellAsync(context, match, cloudEvent))
        {
            await AnswerUnmatchedAsync(context, path);
        }
    }

    private Task AnswerUnmatchedAsync(HttpContext context, string path)
    {
        if (options.UnmatchedStatus == StatusCodes.Status202Accepted)
        {
            context.Response.StatusCode = StatusCodes.Status202Accepted;
            return Task.CompletedTask;
        }

        return JsonAnswer.Error(StatusCodes.Status404NotFound, $"No subscription to http.request takes {context.Request.Method} {path}.").ExecuteAsync(context);
    }

    private async Task RouteAsync(HttpContext context, RouteMatch match, CloudEvent cloudEvent, ReadOnlyMemory<byte> body)
    {
        metrics.Received(match, cloudEvent.Type);
        var headers = context.Request.Headers;
        cloudEvent = AuthorizedEvent.WithoutClaims(TraceContext.With(cloudEvent, headers.TraceParent, headers.TraceState));
        if (!await TryTellAsync(context, match, cloudEvent))
        {
            return;
        }

        var routed = await authorizers.RouteAsync(context, match, cloudEvent);
        if (!await TryAcceptAsync(context, routed.Deliveries))
        {
            return;
        }

        if (routed.Refusal is { } refusal)
        {
            await JsonAnswer.Error(StatusCodes.Status403Forbidden, refusal).ExecuteAsync(context);
            return;
        }

        if (routed.Sync is var (route, forSync))
        {
            await (route.Subscription.AnswersRaw
                ? rawCaller.CallAsync(context, route, forSync, body)
                : syncCaller.CallAsync(context, route, forSync));
            return;
        }

        context.Response.Headers["event-id"] = PercentEncoding.EncodeHeader(cloudEvent.Id);
        context.Response.StatusCode = StatusCodes.Status202Accepted;
    }

    private async Task ServeBatchAsync(HttpContext context, RoutingTable routes, string path, IReadOnlyList<CloudEvent> batch)
    {
        var deliveries = new List<EventDeliveries>(batch.Count);
        foreach (var (index, sent) in batch.Index())
        {
            var cloudEvent = AuthorizedEvent.WithoutClaims(sent);
            var match = routes.Match(context.Request.Method, path, cloudEvent.Type);
            metrics.Received(match, cloudEvent.Type);
            if (!await TryTellAsync(context, match, cloudEvent, $"[{index}]: "))
            {
                return;
            }

            var routed = await authorizers.RouteAsync(context, match with { Sync = null }, cloudEvent);
            if (routed.Refusal is { } refusal)
            {
                await JsonAnswer.Error(StatusCodes.Status403Forbidden, $"[{index}]: {refusal}").ExecuteAsync(context);
                return;
            }

            deliveries.AddRange(routed.Deliveries);
        }

        if (!await TryAcceptAsync(context, deliveries))
        {
            return;
        }

        context.Response.StatusCode = StatusCodes.Status202Accepted;
    }

    private async ValueTask<bool> TryTellAsync(HttpContext context, RouteMatch match, CloudEvent cloudEvent, string where = "")
    {
        if (!systemEvents.ObservesReceived
            || await systemEvents.ReceivedAsync(cloudEvent, match, context.Request, HttpRequestEvent.WritePathAndHeaders, context.RequestAborted)
                is not { } refusal)
        {
            return true;
        }

        await JsonAnswer.Error(StatusCodes.Status403Forbidden, where + refusal.Reason).ExecuteAsync(context);
        return false;
    }

    private async ValueTask<bool> TryAcceptAsync(HttpContext context, IReadOnlyList<EventDeliveries> deliveries)
    {
        if (deliveries.Count == 0)
        {
            return true;
        }

        var accepted = await intake.AcceptAsync(deliveries, context.RequestAborted);
        if (accepted.IsAccepted)
        {
            return true;
        }

        await JsonAnswer
            .Unavailable(accepted.RetryAfter ?? TimeSpan.FromSeconds(1), "No more deliveries can be stored now; send the event again later.")
            .ExecuteAsync(context);
        return false;
    }
}
