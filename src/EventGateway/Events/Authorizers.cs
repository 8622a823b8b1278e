using EventGateway.Abstractions.Delivery;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Resources;
using EventGateway.CloudEvents;
using EventGateway.CloudEvents.Buffers;
using EventGateway.Engine;
using EventGateway.Engine.Authorization;
using EventGateway.Engine.Functions;
using EventGateway.Engine.Registry;
using EventGateway.Engine.Routing;
using EventGateway.Serving;

namespace EventGateway.Events;

/// <summary>Asks the authorizer of an event's type before the event goes to subscriptions: one call per event and space.</summary>
internal sealed partial class Authorizers(
    GatewayRegistry registry, FunctionInvoker invoker, GatewayDefaults defaults, AuthorizationCache cache, EventMetrics metrics, Draining draining, ILogger<Authorizers> logger)
{
    /// <summary>Decides which of the selected subscriptions get the event.</summary>
    public ValueTask<RoutedEvent> RouteAsync(HttpContext context, RouteMatch match, CloudEvent cloudEvent)
    {
        if (match.Sync is { } sync && Find(sync, cloudEvent) is not null)
        {
            return AskAsync(context, match, cloudEvent);
        }

        var space = match.Sync?.Subscription.Space;
        return AnyNeedsAuthorizer(match.Async, cloudEvent, space) || AnyNeedsAuthorizer(match.Disabled, cloudEvent, space)
            ? AskAsync(context, match, cloudEvent)
            : ValueTask.FromResult(RoutedEvent.Of(match, cloudEvent));
    }

    private bool AnyNeedsAuthorizer(Route[] routes, CloudEvent cloudEvent, string? checkedSpace)
    {
        foreach (var route in routes)
        {
            if (!ReferenceEquals(route.Subscription.Space, checkedSpace))
            {
                checkedSpace = route.Subscription.Space;
                if (Find(route, cloudEvent) is not null)
                {
                    return true;
                }
            }
        }

        return false;
    }

    private Function? Find(Route route, CloudEvent cloudEvent) => registry.FindAuthorizer(route.Subscription.Space, cloudEvent.Type);

    private async ValueTask<RoutedEvent> AskAsync(HttpContext context, RouteMatch match, CloudEvent cloudEvent)
    {
        var answers = new List<SpaceDecision>(1);
        var answerOf = new Dictionary<string, SpaceDecision>(StringComparer.Ordinal);
        var own = match.Sync is { } first ? await AskOnceAsync(first.Subscription.Space) : null;
        foreach (var route in match.Async)
        {
            (await AskOnceAsync(route.Subscription.Space)).Routes.Add(route);
        }

        // A replay would deliver an event that is kept for a disabled subscription, so it needs the same permission.
        foreach (var route in match.Disabled)
        {
            (await AskOnceAsync(route.Subscription.Space)).Skipped.Add(route);
        }

        var deliveries = new List<EventDeliveries>(answers.Count);
        foreach (var answer in answers)
        {
            if (answer.Event is { } allowed && answer.Routes.Count + answer.Skipped.Count > 0)
            {
                deliveries.Add(RoutedEvent.DeliveriesOf(allowed, [.. answer.Routes], [.. answer.Skipped]));
            }
        }

        if (match.Sync is { } sync)
        {
            return new RoutedEvent(own!.Event is { } asked ? (sync, asked) : null, deliveries, own.Refusal);
        }

        var isTaken = match.Async.Length == 0 ? deliveries.Count > 0 : deliveries.Exists(static delivery => delivery.Routes.Length > 0);
        return new RoutedEvent(null, deliveries, isTaken ? null : answers[0].Refusal);

        async ValueTask<SpaceDecision> AskOnceAsync(string space)
        {
            if (!answerOf.TryGetValue(space, out var answer))
            {
                answer = await AskAsync(context, space, cloudEvent);
                answerOf.Add(space, answer);
                answers.Add(answer);
            }

            return answer;
        }
    }

    private async ValueTask<SpaceDecision> AskAsync(HttpContext context, string space, CloudEvent cloudEvent)
    {
        if (registry.FindAuthorizer(space, cloudEvent.Type) is not { } authorizer)
        {
            return new SpaceDecision(cloudEvent, null);
        }

        var key = new AuthorizationKey(authorizer, cloudEvent.Type, RequestDigest.Of(context.Request));
        if (!cache.TryGet(key, out var answer))
        {
            answer = await CallAsync(context, authorizer, cloudEvent);
            cache.Add(key, answer);
        }

        metrics.Authorized(space, answer.IsAllowed);
        return answer.IsAllowed
            ? new SpaceDecision(AuthorizedEvent.With(cloudEvent, answer.Authorization), null)
            : new SpaceDecision(null, answer.Overload ?? new SyncResponse(StatusCodes.Status403Forbidden, null, answer.Refusal));
    }

    private async ValueTask<AuthorizationDecision> CallAsync(HttpContext context, Function authorizer, CloudEvent cloudEvent)
    {
        var question = new PooledBuffer(1024 + cloudEvent.Data.Bytes.Length);
        using var text = new PooledBuffer(512 + cloudEvent.Data.Bytes.Length);
        var payload = CloudEventWriter.Write(cloudEvent, defaults.CloudEventFormat, text);
        JsonOutput.Write(question, (context.Request, payload.Body, defaults), static (writer, parts) =>
        {
            writer.WriteStartObject();
            writer.WritePropertyName("event"u8);
            writer.WriteRawValue(parts.Body.Span, skipInputValidation: true);
            writer.WritePropertyName("request"u8);
            HttpRequestJson.WriteRequest(writer, parts.Request, parts.defaults);
            writer.WriteEndObject();
        });
        var invocation = new Invocation(cloudEvent.Id, cloudEvent.Type, payload with { Body = question.WrittenMemory }) { Via = LoopGuard.ViaOf(context.Request) };
        using var result = await invoker.InvokeAsync(authorizer, invocation, defaults.FunctionTimeout, context.RequestAborted, draining.CutOff);
        if (!result.PayloadStillRead)
        {
            question.Dispose();
        }

        if (result.Outcome is not FunctionOutcome.Success)
        {
            LogFailed(authorizer.FunctionId, authorizer.Space, cloudEvent.Id, result.Error ?? result.Outcome.ToString());
            return AuthorizationDecision.Failed(result);
        }

        var answer = AuthorizationReader.Read(result.Body.Span, out var problem);
        if (problem is not null)
        {
            LogMalformed(authorizer.FunctionId, authorizer.Space, cloudEvent.Id, problem, answer.IsAllowed ? "allowed" : "refused");
        }

        return answer;
    }

    /// <summary>Whether a space gets the event.</summary>
    /// <param name="Event">The event as the space gets it. Null when the space's authorizer refused it.</param>
    /// <param name="Refusal">The answer to the sender when the event is refused. Null when it is allowed.</param>
    private sealed record SpaceDecision(CloudEvent? Event, SyncResponse? Refusal)
    {
        /// <summary>The enabled async subscriptions of the space that match the event.</summary>
        public List<Route> Routes { get; } = [];

        /// <summary>The disabled async subscriptions of the space that match the event.</summary>
        public List<Route> Skipped { get; } = [];
    }

    [LoggerMessage(LogEvents.AuthorizerFailed, LogLevel.Warning,
        "Authorizer {FunctionId} of space {Space} failed for event {EventId}, so the event is refused: {Cause}")]
    private partial void LogFailed(string functionId, string space, string eventId, string cause);

    [LoggerMessage(LogEvents.AuthorizerMalformed, LogLevel.Warning,
        "Authorizer {FunctionId} of space {Space} sent an invalid answer about event {EventId}, which is {Fate}: {Cause}")]
    private partial void LogMalformed(string functionId, string space, string eventId, string cause, string fate);
}
