using System.Runtime.InteropServices;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Resources;
using EventGateway.CloudEvents;
using EventGateway.CloudEvents.Buffers;
using EventGateway.Engine;
using EventGateway.Engine.Delivery;
using EventGateway.Engine.Functions;
using EventGateway.Http;
using EventGateway.Serving;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;

namespace EventGateway.Events;

/// <summary>
/// Calls the function of a sync subscription and streams its answer to the sender unchanged. With raw requests the gateway is a
/// reverse proxy.
/// </summary>
internal sealed partial class RawCaller(
    IHttpForwarder forwarder,
    FunctionProviders providers,
    ICallObserver observer,
    ForwardedHeaders forwarded,
    GatewayDefaults defaults,
    DeliveryMetrics deliveries,
    FunctionMetrics calls,
    Draining draining,
    RawTimeoutPool timeoutPool,
    ILogger<RawCaller> logger)
{
    private const string SignedText = "Function call failed: its requests must be signed, and raw requests cannot be signed.";

    /// <summary>Forwards a request whose body has not been read.</summary>
    public Task ForwardAsync(HttpContext context, Route route) =>
        SendAsync(context, route, new Invocation(string.Empty, SystemEventTypes.HttpRequest, TraceOf(context.Request)), isForwarded: true);

    /// <summary>Calls the function with an event, or with the request that brought it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="route">The subscription and its function.</param>
    /// <param name="body">The request's body as it was sent.</param>
    public async Task CallAsync(HttpContext context, Route route, CloudEvent cloudEvent, SentBody body)
    {
        // Not returned to the pool after a failed call, because the transport may still be reading it.
        var buffer = new PooledBuffer(1024 + body.Bytes.Length);
        var payload = CloudEventWriter.Write(cloudEvent, route.Subscription.Delivery?.CloudEvents ?? defaults.CloudEventFormat, buffer);
        var invocation = new Invocation(cloudEvent.Id, cloudEvent.Type, payload) { Via = LoopGuard.ViaOf(context.Request) };
        var observed = observer.Observes(route, invocation);
        if (observed && await observer.InvokingAsync(route, invocation, context.RequestAborted) is { } refusal)
        {
            buffer.Dispose();
            using var stopped = refusal.ToResult();
            await AnswerAsync(context, SyncResponse.Of(stopped, defaults));
            return;
        }

        var isForwarded = route.Subscription.IsForwarded;
        var sent = isForwarded ? body.Bytes : payload.Body;
        context.Request.Body = AsStream(sent);
        context.Request.ContentLength = sent.Length;
        if (isForwarded && body.ContentEncoding.Count > 0)
        {
            // The event has the decoded body, the function gets the other.
            context.Request.Headers.ContentEncoding = body.ContentEncoding;
        }

        context.Features.Set<IHttpRequestBodyDetectionFeature>(new KnownBody(!isForwarded || sent.Length > 0));
        var result = await SendAsync(context, route, invocation, isForwarded);
        if (result is null)
        {
            return;
        }

        if (observed)
        {
            observer.Invoked(route, invocation, result);
        }

        if (result.Status is not null)
        {
            buffer.Dispose();
        }
    }

    // Without an event, only the trace is known.
    private static EventPayload TraceOf(HttpRequest request) => FunctionMetrics.IsTraced
        ? new EventPayload(default, null, TraceContext.Headers(request.Headers.TraceParent, request.Headers.TraceState))
        : default;

    private static MemoryStream AsStream(ReadOnlyMemory<byte> memory) => MemoryMarshal.TryGetArray(memory, out var bytes)
        ? new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count, writable: false)
        : throw new ArgumentException("The memory must be an array.", nameof(memory));

    private static Task AnswerAsync(HttpContext context, SyncResponse answer) => JsonResponse.Of(answer).ExecuteAsync(context);

    // Returns how the call ended, without a body to dispose; null when the sender has left.
    private async Task<FunctionResult?> SendAsync(HttpContext context, Route route, Invocation invocation, bool isForwarded)
    {
        var function = route.Function;
        if (RawRefusal.Find(context.Request, isForwarded) is { } refusal)
        {
            await refusal.ExecuteAsync(context);
            return new FunctionResult(FunctionOutcome.Permanent) { Error = "The request cannot be forwarded." };
        }

        if (!providers.TryGet(function.Type, out var provider) || provider is not IRawFunctionProvider http)
        {
            return await RefuseAsync(context, function, $"functions of type {function.Type} are not called over HTTP", SyncResponse.Failed(defaults));
        }

        var endpoint = http.EndpointOf(function);
        if (isForwarded && endpoint.IsSigned)
        {
            // A signature covers the whole body, and a forwarded body is streamed.
            return await RefuseAsync(context, function, SignedText, SyncResponse.Failed(defaults, SignedText));
        }

        var config = new ForwarderRequestConfig
        {
            // The timeouts of the call end it: this one would also cut answers that pause.
            ActivityTimeout = Timeout.InfiniteTimeSpan,
            Version = endpoint.Version,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        var measured = calls.Begin(function, invocation);
        var timeouts = timeoutPool.Begin(route);
        var transformer = new RawTransformer(endpoint, measured.Traced(invocation), isForwarded, forwarded, timeouts);
        FunctionResult? result = null;
        var isAnswered = false;
        if (context.Features.Find<IHttpRequestBodyDetectionFeature>() is not (KnownBody or { CanHaveBody: false }))
        {
            context.Request.Body = new UploadStream(context.Request.Body, timeouts);
        }

        try
        {
            var error = await forwarder.SendAsync(context, Prefix(endpoint.Uri), endpoint.Client, config, transformer, timeouts.Token);
            isAnswered = error is ForwarderError.None;
            if (error is not ForwarderError.None && draining.CutOff.IsCancellationRequested && CanAnswer(context))
            {
                throw new OperationCanceledException(draining.CutOff);
            }

            // A function may answer before it has read the whole request.
            return result = error is ForwarderError.None || transformer.IsAnswered ? transformer.Answer
                : ExceptionOf(context) is InvalidRequestException invalid ? await RefuseInvalidAsync(context, function, invalid)
                : timeouts.Expired is RawTimeout.Sender ? await RefuseSlowAsync(context, function, timeouts)
                : IsOfSender(error, timeouts.Expired) ? await GiveUpAsync(context, function, endpoint, error)
                : await FailAsync(context, function, error, CauseOf(context, endpoint, timeouts), timeouts.Expired);
        }
        finally
        {
            timeoutPool.End(timeouts, isAnswered);
            deliveries.Processed(route.Subscription, invocation.EventType);
            measured.End(result);
        }
    }

    // A call that no timeout has ended was cancelled because the sender has left, or because the gateway stops.
    private static bool IsOfSender(ForwarderError error, RawTimeout expired) => error switch
    {
        ForwarderError.RequestBodyClient or ForwarderError.ResponseBodyClient => true,
        ForwarderError.RequestCanceled or ForwarderError.RequestBodyCanceled or ForwarderError.ResponseBodyCanceled => expired is RawTimeout.None,
        _ => false,
    };

    private async Task<FunctionResult> RefuseAsync(HttpContext context, Function function, string cause, SyncResponse answer)
    {
        LogFailed(function.FunctionId, function.Space, cause);
        await AnswerAsync(context, answer);
        return new FunctionResult(FunctionOutcome.Permanent) { Error = cause };
    }

    // The sender is at fault: the settings of a function are checked when they are written.
    private async Task<FunctionResult> RefuseInvalidAsync(HttpContext context, Function function, InvalidRequestException invalid)
    {
        LogGivenUp(function.FunctionId, function.Space, invalid.Message);
        CorsResponseHeaders.ClearOthers(context);
        await JsonResponse.Error(StatusCodes.Status400BadRequest, $"The request cannot be forwarded. {invalid.Message}").ExecuteAsync(context);
        return new FunctionResult(FunctionOutcome.Permanent) { Error = invalid.Message };
    }

    private async Task<FunctionResult?> RefuseSlowAsync(HttpContext context, Function function, RawTimeouts timeouts)
    {
        LogGivenUp(function.FunctionId, function.Space, timeouts.BodyLimits.Describe(timeouts.SenderProblem));
        if (CanAnswer(context))
        {
            CorsResponseHeaders.ClearOthers(context);
            await timeouts.BodyLimits.Refuse(timeouts.SenderProblem).ExecuteAsync(context);
        }

        return null;
    }

    private async Task<FunctionResult?> GiveUpAsync(HttpContext context, Function function, IRawEndpoint endpoint, ForwarderError error)
    {
        var cause = $"{error}: {CauseOf(context, endpoint, timeouts: null)}";
        LogGivenUp(function.FunctionId, function.Space, cause);
        if (error is ForwarderError.RequestBodyClient && CanAnswer(context))
        {
            await JsonResponse.Error(context.Response.StatusCode, "The request's body cannot be read.").ExecuteAsync(context);
        }

        return null;
    }

    private async Task<FunctionResult> FailAsync(HttpContext context, Function function, ForwarderError error, string why, RawTimeout expired)
    {
        var cause = $"{error}: {why}";
        LogFailed(function.FunctionId, function.Space, cause);
        // The forwarder itself times out only while it connects.
        var timedOut = error is ForwarderError.RequestTimedOut || expired is RawTimeout.Function;
        var result = CallRefusedException.Find(context.Features.Get<IForwarderErrorFeature>()?.Exception)?.ToResult()
            ?? new FunctionResult(timedOut ? FunctionOutcome.TimedOut : FunctionOutcome.Retryable) { Error = cause };
        if (CanAnswer(context))
        {
            CorsResponseHeaders.ClearOthers(context);
            await AnswerAsync(context, SyncResponse.Of(result, defaults));
        }

        return result;
    }

    private static string CauseOf(HttpContext context, IRawEndpoint endpoint, RawTimeouts? timeouts) =>
        timeouts?.FunctionProblem ?? (ExceptionOf(context) is { } exception ? endpoint.Describe(exception) : "unknown cause");

    private static Exception? ExceptionOf(HttpContext context) => context.Features.Get<IForwarderErrorFeature>()?.Exception;

    private static bool CanAnswer(HttpContext context) => !context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested;

    // The request's path is appended to the path of the function's URL.
    private static string Prefix(Uri uri) => uri.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped) + uri.AbsolutePath.TrimEnd('/');

    // An event has a body even when its request had none.
    private sealed record KnownBody(bool CanHaveBody) : IHttpRequestBodyDetectionFeature;

    [LoggerMessage(LogEvents.RawCallerFailed, LogLevel.Warning, "Raw call of function {FunctionId} of space {Space} failed: {Cause}")]
    private partial void LogFailed(string functionId, string space, string cause);

    [LoggerMessage(LogEvents.RawCallerGivenUp, LogLevel.Debug,
        "Raw call of function {FunctionId} of space {Space} was ended by its sender: {Cause}")]
    private partial void LogGivenUp(string functionId, string space, string cause);
}
