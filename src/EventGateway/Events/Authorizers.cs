using System.Security.Cryptography;
using System.Text;
using EventGateway.Core;
using EventGateway.Core.Authorization;
using EventGateway.Core.Buffers;
using EventGateway.Core.CloudEvents;
using EventGateway.Core.Delivery;
using EventGateway.Core.Functions;
using EventGateway.Core.Registry;
using EventGateway.Core.Routing;
using EventGateway.Hosting;
using EventGateway.Http;

namespace EventGateway.Events;

/// <summary>Asks the authorizer of an event's type before anybody gets the event: one call per event and space.</summary>
internal sealed partial class Authorizers(
    GatewayRegistry registry, FunctionInvoker invoker, GatewayDefaults defaults, AuthorizationCache cache, EventMetrics metrics, Draining draining, ILogger<Authorizers> logger)
{
    // What requests of one sender differ in all the same, and what is said of the body.
    private static readonly HashSet<string> Volatile = new(StringComparer.OrdinalIgnoreCase)
    {
        "Content-Length", "Date", "traceparent", "tracestate", "ce-id", "ce-time", "CE-EventID", "CE-EventTime",
    };

    /// <summary>Finds out who of those that an event selected may have it.</summary>
    public ValueTask<RoutedEvent> RouteAsync(HttpContext context, RouteMatch match, CloudEvent cloudEvent)
    {
        if (match.Sync is { } sync && Find(sync, cloudEvent) is not null)
        {
            return AskAsync(context, match, cloudEvent);
        }

        var space = match.Sync?.Subscription.Space;
        foreach (var route in match.Async)
        {
            if (!ReferenceEquals(route.Subscription.Space, space))
            {
                space = route.Subscription.Space;
                if (Find(route, cloudEvent) is not null)
                {
                    return AskAsync(context, match, cloudEvent);
                }
            }
        }

        return ValueTask.FromResult(RoutedEvent.Of(match, cloudEvent));
    }

    private Function? Find(Route route, CloudEvent cloudEvent) => registry.FindAuthorizer(route.Subscription.Space, cloudEvent.Type);

    private async ValueTask<RoutedEvent> AskAsync(HttpContext context, RouteMatch match, CloudEvent cloudEvent)
    {
        var spaces = new List<string>();
        if (match.Sync is { } first)
        {
            spaces.Add(first.Subscription.Space);
        }

        spaces.AddRange(match.Async.Select(route => route.Subscription.Space));
        var answers = new Dictionary<string, (CloudEvent? Event, SyncAnswer? Refusal)>(StringComparer.Ordinal);
        foreach (var space in spaces.Distinct(StringComparer.Ordinal))
        {
            answers[space] = await AskAsync(context, space, cloudEvent);
        }

        var deliveries = match.Async
            .GroupBy(route => route.Subscription.Space, StringComparer.Ordinal)
            .Where(routes => answers[routes.Key].Event is not null)
            .Select(routes => new EventDeliveries(answers[routes.Key].Event!, [.. routes]))
            .ToList();
        if (match.Sync is not { } sync)
        {
            return new RoutedEvent(null, deliveries, deliveries.Count == 0 ? answers.Values.First().Refusal : null);
        }

        var (allowed, refusal) = answers[sync.Subscription.Space];
        return new RoutedEvent(allowed is null ? null : (sync, allowed), deliveries, refusal);
    }

    private async ValueTask<(CloudEvent? Event, SyncAnswer? Refusal)> AskAsync(HttpContext context, string space, CloudEvent cloudEvent)
    {
        if (registry.FindAuthorizer(space, cloudEvent.Type) is not { } authorizer)
        {
            return (cloudEvent, null);
        }

        var key = new AuthorizationKey(authorizer, cloudEvent.Type, Digest(context.Request));
        if (!cache.TryGet(key, out var answer))
        {
            answer = await CallAsync(context, authorizer, cloudEvent);
            cache.Add(key, answer);
        }

        metrics.Authorized(space, answer.IsAllowed);
        return answer.IsAllowed
            ? (AuthorizedEvent.With(cloudEvent, answer.Authorization), null)
            : (null, answer.Overload ?? new SyncAnswer(StatusCodes.Status403Forbidden, null, answer.Refusal));
    }

    private async ValueTask<AuthorizationAnswer> CallAsync(HttpContext context, Function authorizer, CloudEvent cloudEvent)
    {
        var question = new PooledBuffer(1024 + cloudEvent.Data.Bytes.Length);
        using var text = new PooledBuffer(512 + cloudEvent.Data.Bytes.Length);
        var payload = CloudEventWriter.Write(cloudEvent, defaults.CloudEventFormat, text);
        JsonOutput.Write(question, (context.Request, payload.Body), static (writer, parts) =>
        {
            writer.WriteStartObject();
            writer.WritePropertyName("event"u8);
            writer.WriteRawValue(parts.Body.Span, skipInputValidation: true);
            writer.WritePropertyName("request"u8);
            HttpRequestEvent.WriteRequest(writer, parts.Request);
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
            return AuthorizationAnswer.Failed(result);
        }

        var answer = AuthorizationReader.Read(result.Body.Span, out var problem);
        if (problem is not null)
        {
            LogMalformed(authorizer.FunctionId, authorizer.Space, cloudEvent.Id, problem, answer.IsAllowed ? "allowed" : "refused");
        }

        return answer;
    }

    private static string Digest(HttpRequest request)
    {
        var text = new StringBuilder(request.Method).Append(' ').Append(RequestTarget.RawPath(request)).Append(request.QueryString.Value);
        foreach (var (name, values) in request.Headers.Where(header => !Volatile.Contains(header.Key)).OrderBy(header => header.Key, StringComparer.OrdinalIgnoreCase))
        {
            // Lengths keep one header's value from passing for another header.
            text.Append('\n').Append(name.ToLowerInvariant());
            foreach (var value in values)
            {
                text.Append('\n').Append(value?.Length).Append(':').Append(value);
            }
        }

        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    [LoggerMessage(EventId = 201, Level = LogLevel.Warning,
        Message = "Authorizer {FunctionId} of space {Space} failed for event {EventId}, which is refused: {Cause}")]
    private partial void LogFailed(string functionId, string space, string eventId, string cause);

    [LoggerMessage(EventId = 204, Level = LogLevel.Warning,
        Message = "Authorizer {FunctionId} of space {Space} answered wrongly about event {EventId}, which is {Fate}: {Cause}")]
    private partial void LogMalformed(string functionId, string space, string eventId, string cause, string fate);
}
