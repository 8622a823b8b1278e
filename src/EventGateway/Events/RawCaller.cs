using System.Runtime.InteropServices;
using EventGateway.Core;
using EventGateway.Core.Buffers;
using EventGateway.Core.CloudEvents;
using EventGateway.Core.Delivery;
using EventGateway.Core.Functions;
using EventGateway.Core.Registry;
using EventGateway.Http;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;

namespace EventGateway.Events;

/// <summary>
/// Calls the function of a sync subscription and streams its answer to the sender as it is, without holding either body in
/// memory: a reverse proxy where the subscription asks for raw requests too.
/// </summary>
internal sealed partial class RawCaller(
    IHttpForwarder forwarder, FunctionProviders providers, ICallObserver observer, GatewayDefaults defaults, DeliveryMetrics metrics, ILogger<RawCaller> logger)
{
    private const string SignedText = "Function call failed: raw requests cannot be signed, and the function has keys to sign with.";

    /// <summary>Forwards a request that nobody has read.</summary>
    public Task ForwardAsync(HttpContext context, Route route) => SendAsync(context, route, SystemEventTypes.HttpRequest, sent: null);

    /// <summary>Calls the function with an event, or with the request that brought it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="route">The subscription and its function.</param>
    /// <param name="cloudEvent">The event.</param>
    /// <param name="body">The request's body, which was read to make the event.</param>
    public async Task CallAsync(HttpContext context, Route route, CloudEvent cloudEvent, ReadOnlyMemory<byte> body)
    {
        // Left to the garbage collector where the call does not end well: a transport may still be reading it.
        var buffer = new PooledBuffer(1024 + body.Length);
        var payload = CloudEventWriter.Write(cloudEvent, route.Subscription.Delivery?.CloudEvents ?? defaults.CloudEventFormat, buffer);
        var invocation = new Invocation(cloudEvent.Id, cloudEvent.Type, payload);
        var observed = observer.Observes(route, invocation);
        if (observed && await observer.InvokingAsync(route, invocation, context.RequestAborted) is { } refusal)
        {
            var answer = refusal.MayPass
                ? JsonAnswer.Error(StatusCodes.Status500InternalServerError, "Function call failed. Please check logs.")
                : JsonAnswer.Error(StatusCodes.Status403Forbidden, refusal.Reason);
            await answer.ExecuteAsync(context);
            return;
        }

        var sendsEvent = route.Subscription.RequestMode is not RequestMode.Raw;
        var request = context.Request;
        var sent = sendsEvent ? payload.Body : body;
        request.Body = AsStream(sent);
        request.ContentLength = sent.Length;
        context.Features.Set<IHttpRequestBodyDetectionFeature>(new KnownBody(sendsEvent || sent.Length > 0));
        request.Method = sendsEvent ? HttpMethods.Post : request.Method;
        var error = await SendAsync(context, route, cloudEvent.Type, sendsEvent ? invocation : null);
        if (observed)
        {
            using var result = ResultOf(context.Response.StatusCode, error);
            observer.Invoked(route, invocation, result);
        }

        if (error is null)
        {
            buffer.Dispose();
        }
    }

    // Without the body, which has gone to the sender.
    private static FunctionResult ResultOf(int status, string? error) => error is null && status < StatusCodes.Status300MultipleChoices
        ? new FunctionResult(FunctionOutcome.Success) { Status = status }
        : new FunctionResult(FunctionOutcome.Permanent)
        {
            Status = error is null ? status : null,
            Error = error ?? $"The function answered with status {status}.",
        };

    private static MemoryStream AsStream(ReadOnlyMemory<byte> memory) => MemoryMarshal.TryGetArray(memory, out var bytes)
        ? new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count, writable: false)
        : throw new ArgumentException("The memory is no array's.", nameof(memory));

    private async Task<string?> SendAsync(HttpContext context, Route route, string eventType, Invocation? sent)
    {
        if (Refusal(context, route, sent is null) is var (status, text))
        {
            await JsonAnswer.Error(status, text).ExecuteAsync(context);
            return text;
        }

        if (!providers.TryGet(route.Function.Type, out var provider) || provider is not IHttpFunctionProvider http)
        {
            LogFailed(route.Function.FunctionId, route.Function.Space, $"functions of the type {route.Function.Type} are not called over HTTP");
            await JsonAnswer.Error(StatusCodes.Status500InternalServerError, "Function call failed. Please check logs.").ExecuteAsync(context);
            return "Not called over HTTP.";
        }

        var endpoint = http.EndpointOf(route.Function);
        if (sent is null && endpoint.IsSigned)
        {
            // A signature covers the whole body, which a forwarded request streams.
            LogFailed(route.Function.FunctionId, route.Function.Space, SignedText);
            await JsonAnswer.Error(StatusCodes.Status500InternalServerError, SignedText).ExecuteAsync(context);
            return SignedText;
        }

        var config = new ForwarderRequestConfig
        {
            ActivityTimeout = route.Subscription.Delivery?.Timeout ?? defaults.FunctionTimeout,
            Version = endpoint.Version,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        var error = await forwarder.SendAsync(context, Prefix(endpoint.Uri), endpoint.Client, config, new RawTransformer(endpoint, sent));
        metrics.Processed(route.Subscription.Space, eventType);
        return error is ForwarderError.None ? null : await FailAsync(context, route, error);
    }

    private async Task<string> FailAsync(HttpContext context, Route route, ForwarderError error)
    {
        var cause = context.Features.Get<IForwarderErrorFeature>()?.Exception?.Message ?? "no more is known";
        LogFailed(route.Function.FunctionId, route.Function.Space, $"{error}: {cause}");
        if (!context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            var timedOut = context.Response.StatusCode == StatusCodes.Status504GatewayTimeout;
            var answer = timedOut
                ? JsonAnswer.Error(StatusCodes.Status504GatewayTimeout, "Function call timed out.")
                : JsonAnswer.Error(StatusCodes.Status502BadGateway, "Function call failed. Please check logs.");
            await answer.ExecuteAsync(context);
        }

        return $"{error}: {cause}";
    }

    private static (int Status, string Text)? Refusal(HttpContext context, Route route, bool forwards)
    {
        if (context.Features.Get<IHttpUpgradeFeature>()?.IsUpgradableRequest is true
            || context.Features.Get<IHttpExtendedConnectFeature>()?.IsExtendedConnect is true)
        {
            return (StatusCodes.Status501NotImplemented, "The connection cannot be upgraded: requests are forwarded, connections are not.");
        }

        // Such a path could lead out of the function's URL.
        return forwards && HasDotSegment(RequestTarget.RawPath(context.Request))
            ? (StatusCodes.Status400BadRequest, $"The path has a segment \".\" or \"..\", which cannot be forwarded to the function {route.Function.FunctionId}.")
            : null;
    }

    // As the most lenient of servers reads it: escapes undone, backslashes as slashes, parameters of a segment left out.
    private static bool HasDotSegment(string path) =>
        (path.Contains('.', StringComparison.Ordinal) || path.Contains("%2e", StringComparison.OrdinalIgnoreCase))
        && path.Replace("%2e", ".", StringComparison.OrdinalIgnoreCase)
            .Replace("%2f", "/", StringComparison.OrdinalIgnoreCase)
            .Replace("%5c", "/", StringComparison.OrdinalIgnoreCase)
            .Replace("%3b", ";", StringComparison.OrdinalIgnoreCase)
            .Split('/', '\\')
            .Any(segment => segment.Split(';')[0] is "." or "..");

    // The request's path comes after that of the function's URL.
    private static string Prefix(Uri uri) => uri.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped) + uri.AbsolutePath.TrimEnd('/');

    // An event has a body where the request that brought it had none.
    private sealed record KnownBody(bool CanHaveBody) : IHttpRequestBodyDetectionFeature;

    [LoggerMessage(EventId = 202, Level = LogLevel.Warning, Message = "Function {FunctionId} of space {Space} failed for a raw call ({Cause})")]
    private partial void LogFailed(string functionId, string space, string cause);
}
