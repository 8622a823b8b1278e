using EventGateway.Abstractions.Resources;
using EventGateway.CloudEvents;
using EventGateway.Engine.Registry;
using EventGateway.Engine.Routing;
using EventGateway.Engine.SystemEvents;
using EventGateway.Events.Access;
using EventGateway.Http;
using EventGateway.Options;
using EventGateway.Serving;

namespace EventGateway.Events;

/// <summary>Answers plain requests that no subscription matches.</summary>
internal sealed class UnmatchedRequests(
    Health health, EventRouter router, SystemEventSource systemEvents, EventMetrics metrics, AccessLog access, UnmatchedEvents unmatched, DevFallback dev,
    AcceptedResponse accepted, GatewayRegistry registry, GatewayOptions options)
{
    /// <summary>Answers a request unless its event is needed first: observers must be informed of it, or it is the answer.</summary>
    /// <param name="body">Its whole body.</param>
    /// <returns>Whether the request is answered.</returns>
    public async ValueTask<bool> TryAnswerAsync(HttpContext context, RouteMatch match, string path, ReadOnlyMemory<byte> body)
    {
        if (health.TryAnswer(context, path))
        {
            return true;
        }

        if (systemEvents.ObservesReceived || dev.Echoes(context.Request))
        {
            return false;
        }

        metrics.Received(match, SystemEventTypes.HttpRequest);
        access.Received(context, SystemEventTypes.HttpRequest);
        await AnswerAsync(context, path, body);
        return true;
    }

    /// <summary>Informs observers of a request, then answers it.</summary>
    public async Task AnnounceAsync(HttpContext context, RouteMatch match, string path, ReadOnlyMemory<byte> body, CloudEvent cloudEvent)
    {
        metrics.Received(match, SystemEventTypes.HttpRequest);
        access.Received(context, SystemEventTypes.HttpRequest);
        if (await router.TryAnnounceAsync(context, match, cloudEvent, LoopGuard.HopsOf(context.Request, cloudEvent))
            && !await dev.TryEchoAsync(context, cloudEvent))
        {
            await AnswerAsync(context, path, body);
        }
    }

    private Task AnswerAsync(HttpContext context, string path, ReadOnlyMemory<byte> body)
    {
        if (options.UnmatchedStatus == StatusCodes.Status202Accepted)
        {
            unmatched.Report(context.Request, SystemEventTypes.HttpRequest);
            accepted.Write(context, subscriptions: 0);
            return Task.CompletedTask;
        }

        var methods = FindMethods(path);
        var hint = LooksLikeEvent(context.Request, body)
            ? $" The body looks like a CloudEvent, which needs Content-Type: {CloudEventReader.StructuredMediaType}."
            : "";
        var taken = $"No subscription to {SystemEventTypes.HttpRequest} takes {context.Request.Method} {path}";
        return methods.Count == 0
            ? JsonResponse.Error(StatusCodes.Status404NotFound, $"{taken}.{hint}").ExecuteAsync(context)
            : JsonResponse.NotAllowed(string.Join(", ", methods), $"{taken}; it is known with {string.Join(", ", methods)}.{hint}").ExecuteAsync(context);
    }

    // The methods that a plain request to a path can have, in ordinal order.
    private IReadOnlyList<string> FindMethods(string path)
    {
        var methods = registry.Routes.FindMethods(path, SystemEventTypes.HttpRequest);
        return options.AnswersHead
            && methods.Contains(HttpMethods.Get)
            && !methods.Contains(HttpMethods.Head)
            && registry.Routes.Match(HttpMethods.Head, path, SystemEventTypes.HttpRequest, answersHead: true).Sync is not null
                ? [.. methods.Append(HttpMethods.Head).Order(StringComparer.Ordinal)]
                : methods;
    }

    private static bool LooksLikeEvent(HttpRequest request, ReadOnlyMemory<byte> body) =>
        !body.IsEmpty && MediaType.TryParse(request.ContentType, out var type, out _) && type.NamesJson && CloudEventReader.LooksLikeEvent(body);
}
