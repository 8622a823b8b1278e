using System.Buffers;
using System.Runtime.CompilerServices;
using EventGateway.Abstractions;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Resources;
using EventGateway.CloudEvents;
using EventGateway.CloudEvents.Buffers;
using EventGateway.CloudEvents.Http;
using EventGateway.Engine;
using EventGateway.Engine.Delivery;
using EventGateway.Engine.Functions;
using EventGateway.Http;
using EventGateway.Serving;
using Microsoft.Extensions.Primitives;

namespace EventGateway.Events;

/// <summary>Calls the function of a sync subscription and turns its answer into the response.</summary>
internal sealed partial class SyncCaller(
    FunctionInvoker invoker, GatewayDefaults defaults, DeliveryMetrics metrics, Draining draining, TimeProvider time, ILogger<SyncCaller> logger)
{
    // A function that is changed is another object, so its next malformed answer is logged at once.
    private readonly ConditionalWeakTable<Function, LogSampler> _malformed = [];

    /// <summary>Calls the function with the event and answers the request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="route">The subscription and its function.</param>
    /// <param name="written">An event with its payload, which is sent if it is the same event. Null when there is none.</param>
    public Task CallAsync(HttpContext context, Route route, CloudEvent cloudEvent, WrittenEvent? written = null)
    {
        var format = route.Subscription.Delivery?.CloudEvents ?? defaults.CloudEventFormat;
        if (written?.Fits(cloudEvent, format) is true)
        {
            return CallAsync(context, route, cloudEvent, written, own: null);
        }

        var buffer = new PooledBuffer(2048);
        var own = new WrittenEvent(cloudEvent, CloudEventWriter.Write(cloudEvent, format, buffer), buffer);
        return CallAsync(context, route, cloudEvent, own, own);
    }

    private async Task CallAsync(HttpContext context, Route route, CloudEvent cloudEvent, WrittenEvent written, WrittenEvent? own)
    {
        using var disposed = own;
        // Until the call has ended well: after an exception the transport may still be reading the payload.
        written.IsStillRead = true;
        var invocation = new Invocation(cloudEvent.Id, cloudEvent.Type, written.Payload) { Via = LoopGuard.ViaOf(context.Request) };
        using var result = await invoker.InvokeAsync(route, invocation, context.RequestAborted, draining.CutOff);

        metrics.Processed(route.Subscription, cloudEvent.Type);

        written.IsStillRead = result.PayloadStillRead;
        using var unescaped = new PooledBuffer(256);
        var answer = SyncResponse.From(result, unescaped, defaults);
        if (answer.Problem is { } problem)
        {
            LogMalformed(route, result, written.Payload, cloudEvent.Id, answer.StatusCode, problem);
        }
        else if (answer.Response is null)
        {
            LogFailed(route.Function.FunctionId, route.Function.Space, cloudEvent.Id, answer.StatusCode, answer.Error, result.Error ?? "see the answer of the function");
        }

        await AnswerAsync(context, answer);
    }

    // To describe the answer, the whole event is searched for credentials. That is too much for each request.
    private void LogMalformed(Route route, FunctionResult result, EventPayload payload, string eventId, int status, string problem)
    {
        var function = route.Function;
        if (logger.IsEnabled(LogLevel.Warning) && _malformed.GetValue(function, _ => new LogSampler(time)).TryTake(out var suppressed))
        {
            LogMalformed(function.FunctionId, function.Space, eventId, status, problem, suppressed, AnswerExcerpt.Describe(result, payload, route.Subscription.Delivery));
        }
    }

    private static Task AnswerAsync(HttpContext context, SyncResponse answer) =>
        answer.Response is { } response
            ? WriteAsync(context, response)
            : JsonResponse.Of(answer).ExecuteAsync(context);

    private static Task WriteAsync(HttpContext context, ResponseObject response)
    {
        context.Response.StatusCode = response.StatusCode;
        foreach (var (name, values) in response.Headers)
        {
            Set(context.Response.Headers, name, values);
        }

        if (!RawResponse.HasBody(response.StatusCode))
        {
            return Task.CompletedTask;
        }

        context.Response.ContentLength = response.Body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.BodyWriter.Write(response.Body.Span);
        }

        return Task.CompletedTask;
    }

    // The function's headers replace the gateway's CORS headers, except Vary, which is combined.
    private static void Set(IHeaderDictionary headers, string name, StringValues texts)
    {
        StringValues values = texts.Count == 1 ? HeaderText.Write(texts.ToString()) : Array.ConvertAll(texts.ToArray(), static text => HeaderText.Write(text!));
        headers[name] = name.Equals("vary", StringComparison.OrdinalIgnoreCase) ? StringValues.Concat(headers.Vary, values) : values;
    }

    [LoggerMessage(LogEvents.SyncCallerFailed, LogLevel.Warning,
        "Function {FunctionId} of space {Space} failed for event {EventId}; the sender got {Status}, {Error} ({Cause})")]
    private partial void LogFailed(string functionId, string space, string eventId, int status, string? error, string cause);

    [LoggerMessage(LogEvents.SyncCallerMalformed, LogLevel.Warning,
        "Function {FunctionId} of space {Space} sent a malformed answer for event {EventId}; the sender got {Status}. Problem: {Problem}.{Suppressed} The answer begins: {Answer}")]
    private partial void LogMalformed(string functionId, string space, string eventId, int status, string problem, SuppressedLines suppressed, string answer);
}
