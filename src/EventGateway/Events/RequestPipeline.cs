using EventGateway.Abstractions.Resources;
using EventGateway.CloudEvents.Http;
using EventGateway.Engine;
using EventGateway.Engine.Registry;
using EventGateway.Engine.Routing;
using EventGateway.Http;

namespace EventGateway.Events;

/// <summary>Takes an admitted request through the steps of <see cref="EventsEndpoint"/>: checks it, decides what it carries, reads it and routes it.</summary>
internal sealed class RequestPipeline(
    GatewayRegistry registry,
    GatewayDefaults defaults,
    LoopGuard loops,
    CorsResponse cors,
    RequestBodies bodies,
    RequestEventReader reader,
    EventDelivery delivery,
    RawForwarding forwarding,
    PlainRequests plainRequests)
{
    /// <summary>Applies CORS to the refusal of a request that is not admitted.</summary>
    /// <returns>Whether the request was a preflight, which is answered.</returns>
    public bool ApplyCors(HttpContext context, string path) =>
        PercentEncoding.IsValid(path) && cors.Apply(context, registry.Routes, path);

    /// <summary>Answers one request.</summary>
    public Task ServeAsync(HttpContext context)
    {
        var path = RequestTarget.RawPath(context.Request);
        if (!PercentEncoding.IsValid(path))
        {
            return JsonResponse.Error(StatusCodes.Status400BadRequest, "The path has a \"%\" that is not followed by two hexadecimal digits.").ExecuteAsync(context);
        }

        var routes = registry.Routes;
        if (cors.Apply(context, routes, path))
        {
            return Task.CompletedTask;
        }

        if (loops.FindRefusal(context.Request) is { } looped)
        {
            return looped.ExecuteAsync(context);
        }

        var content = RequestContent.Of(context.Request);
        return content.Kind is ContentKind.HttpRequest
            ? ServePlainAsync(context, routes, path, content)
            : ReadAsync(context, routes, path, content, MatchForwarded(context.Request, routes, path, content));
    }

    private Task ServePlainAsync(HttpContext context, RoutingTable routes, string path, RequestContent content)
    {
        var match = Match(routes, context.Request, path, SystemEventTypes.HttpRequest);
        return forwarding.Takes(match) ? forwarding.ForwardAsync(context, match)
            : ReadAsync(context, routes, path, match.IsForwarded ? content : content.ForEvent(context.Request, defaults.AllowsIncompleteEvents), match);
    }

    private async Task ReadAsync(HttpContext context, RoutingTable routes, string path, RequestContent content, RouteMatch match)
    {
        using var body = await bodies.ReadAsync(context, path, keepsCoded: match.IsForwarded);
        if (body.IsRead)
        {
            await (content.Kind is ContentKind.HttpRequest
                ? plainRequests.ServeAsync(context, match, path, body.Memory, body.Sent)
                : ServeEventsAsync(context, routes, path, content, body));
        }
    }

    // An event in binary mode has its type in the headers, as data has. So a function that gets the request itself is known before a
    // coded body, which it gets even when it cannot be decoded. Others could not read it: an event does not say how its data is coded.
    private RouteMatch MatchForwarded(HttpRequest request, RoutingTable routes, string path, in RequestContent content) =>
        request.Headers.ContentEncoding.Count > 0
        && content.Kind is ContentKind.Binary or ContentKind.Data
        && reader.Read(request, content, body: default).Event is { } cloudEvent
        && Match(routes, request, path, cloudEvent.Type) is { IsOnlyForwarded: true } match
            ? match
            : default;

    private Task ServeEventsAsync(HttpContext context, RoutingTable routes, string path, in RequestContent content, in PooledBody body) =>
        reader.Read(context.Request, content, body.Memory) switch
        {
            { Event: { } cloudEvent } events => delivery.DeliverAsync(
                context, Match(routes, context.Request, path, cloudEvent.Type), events, body.Sent),
            { Batch: { } batch } => delivery.DeliverBatchAsync(context, routes, path, batch),
            var refused => RefuseAsync(context, content, refused.Errors!),
        };

    private RouteMatch Match(RoutingTable routes, HttpRequest request, string path, string eventType) =>
        routes.Match(request.Method, path, eventType, defaults.AnswersHead);

    private static Task RefuseAsync(HttpContext context, in RequestContent content, IReadOnlyList<string> errors)
    {
        if (!content.IsUnsupported)
        {
            return JsonResponse.Error(StatusCodes.Status400BadRequest, errors).ExecuteAsync(context);
        }

        // RFC 9110, section 15.5.16.
        context.Response.Headers.Accept = RequestContent.AcceptedFormats;
        return JsonResponse.Error(StatusCodes.Status415UnsupportedMediaType, errors).ExecuteAsync(context);
    }
}
