using EventGateway.Abstractions.Resources;
using EventGateway.CloudEvents;
using EventGateway.CloudEvents.Buffers;
using EventGateway.CloudEvents.Http;
using EventGateway.Engine;
using EventGateway.Engine.Registry;
using EventGateway.Engine.Routing;
using EventGateway.Engine.SystemEvents;
using EventGateway.Http;
using EventGateway.Options;
using EventGateway.Serving;

namespace EventGateway.Events;

/// <summary>The Events API: finds out what a request carries, and answers what no subscription takes.</summary>
internal sealed class EventsEndpoint(
    GatewayRegistry registry,
    EventRequestReader reader,
    EventRouter router,
    RawCaller rawCaller,
    LoopGuard loops,
    SystemEventSource systemEvents,
    EventMetrics metrics,
    Draining draining,
    OpenConnections connections,
    Health health,
    Admission admission,
    MachineLimits limits,
    Overload overload,
    GatewayDefaults defaults,
    GatewayOptions options,
    TimeProvider time)
{
    private readonly MemoryBudget _memory = new(limits.RequestBytes);

    /// <summary>Answers one request.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        var connection = connections.Begin(context);
        var isServed = draining.TryEnter();
        var refusal = admission.Refusal;
        try
        {
            if (isServed && refusal is null)
            {
                await ServeAsync(context);
            }
            else if (!health.TryAnswer(context, RequestTarget.RawPath(context.Request)))
            {
                await (isServed ? RefuseAsync(context, refusal!) : Draining.RefuseAsync(context));
            }
        }
        catch (OperationCanceledException) when (draining.CutOff.IsCancellationRequested && !context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            await Draining.RefuseAsync(context);
        }
        finally
        {
            if (isServed)
            {
                draining.Leave();
            }

            connection?.End();
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

        if (loops.FindRefusal(context.Request) is { } looped)
        {
            await looped.ExecuteAsync(context);
            return;
        }

        var routes = registry.Routes;
        if (CorsResponse.Apply(context, routes, path, defaults.CredentialsFromAnyOrigin))
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
        using var body = new PooledBuffer();
        if (!_memory.TryReserve(RequestBody.CostOf(body)))
        {
            await RefuseForMemoryAsync(context, path);
            return;
        }

        var extra = 0L;
        try
        {
            switch (await RequestBody.ReadAsync(context.Request, body, options.MaxEventSize, _memory, context.RequestAborted))
            {
                case BodyRead.Complete when RequestBody.ExtraCostOf(body.WrittenSpan) is var needed && _memory.TryReserve(needed):
                    extra = needed;
                    await ServeAsync(context, routes, plain, path, body.WrittenMemory);
                    break;
                case BodyRead.Complete or BodyRead.NoRoom:
                    await RefuseForMemoryAsync(context, path);
                    break;
                default:
                    await JsonAnswer.Error(StatusCodes.Status413PayloadTooLarge, $"The body is larger than {options.MaxEventSize} bytes, the limit of --max-event-size.").ExecuteAsync(context);
                    break;
            }
        }
        finally
        {
            _memory.Release(extra + RequestBody.CostOf(body));
        }
    }

    private Task ServeAsync(HttpContext context, RoutingTable routes, RouteMatch? plain, string path, ReadOnlyMemory<byte> body)
    {
        if (plain is { } match)
        {
            return ServeHttpRequestAsync(context, match, path, body);
        }

        var incoming = reader.Read(context.Request, body);
        return incoming.Kind switch
        {
            EventRequestKind.Event => ServeEventAsync(context, routes, path, incoming.Event!, body),
            EventRequestKind.Batch => router.RouteBatchAsync(context, routes, path, incoming.Batch!),
            EventRequestKind.Http => ServeHttpRequestAsync(
                context, routes.Match(context.Request.Method, path, SystemEventTypes.HttpRequest), path, body),
            _ => JsonAnswer.Error(StatusCodes.Status400BadRequest, incoming.Errors!).ExecuteAsync(context),
        };
    }

    private Task RefuseForMemoryAsync(HttpContext context, string path) =>
        health.TryAnswer(context, path) ? Task.CompletedTask : RefuseAsync(context, Overload.RequestMemory);

    private Task RefuseAsync(HttpContext context, string reason)
    {
        overload.Refused(reason);
        return JsonAnswer.Unavailable(TimeSpan.FromSeconds(1), reason is Overload.Threads ? Overload.NoThread : Overload.NoMemory).ExecuteAsync(context);
    }

    // Nobody else wants what the request brings, so that it can go through without being read.
    private bool NeedsNoEvent(RouteMatch match) =>
        match.Async.Length == 0
        && !systemEvents.ObservesReceived
        && registry.FindAuthorizer(match.Sync!.Subscription.Space, SystemEventTypes.HttpRequest) is null;

    private Task ServeEventAsync(HttpContext context, RoutingTable routes, string path, CloudEvent cloudEvent, ReadOnlyMemory<byte> body)
    {
        var match = routes.Match(context.Request.Method, path, cloudEvent.Type);
        return router.RouteAsync(context, match, cloudEvent, body);
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
        // One that selects nobody is told of in all spaces, none of which its sender may have meant.
        var cloudEvent = HttpRequestEvent.Create(context.Request, body, match.Parameters, defaults, time, data, hidesCredentials: match.IsEmpty);
        if (!match.IsEmpty)
        {
            await router.RouteAsync(context, match, cloudEvent, body);
            return;
        }

        metrics.Received(match, SystemEventTypes.HttpRequest);
        if (await router.TryTellAsync(context, match, cloudEvent, LoopGuard.HopsOf(context.Request, cloudEvent)))
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
}
