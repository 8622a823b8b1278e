using System.Text.Json;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Resources;
using EventGateway.CloudEvents;
using EventGateway.CloudEvents.Buffers;
using EventGateway.Engine;
using EventGateway.Engine.Functions;
using EventGateway.Http;
using EventGateway.Options;

namespace EventGateway.Events;

/// <summary>
/// Shows a developer (<c>--dev</c>) the events that no subscription takes: answers those sent to <c>POST /echo</c> with the event, and
/// logs all others.
/// </summary>
/// <remarks>Its functions are in no space, so they do not conflict with resources that the developer creates.</remarks>
internal sealed class DevFallback(GatewayOptions options, SyncCaller caller, FunctionInvoker invoker, GatewayDefaults defaults)
{
    private const string Method = "POST";
    private const string Path = "/echo";

    // No space can have this name.
    private const string Space = "(dev)";

    private static readonly Function _log = Builtin("log");

    private static readonly Route _echo = new(
        new Subscription
        {
            Space = Space,
            SubscriptionId = "echo",
            Type = SubscriptionType.Sync,
            EventType = "",
            FunctionId = "echo",
            Path = Path,
            Method = Method,
        },
        Builtin("echo"));

    /// <summary>Returns whether an unmatched request is answered with its event.</summary>
    public bool Echoes(HttpRequest request) => options.Dev && request.Method == Method && RequestTarget.RawPath(request) == Path;

    /// <summary>Answers a request with its event if <see cref="Echoes"/>.</summary>
    /// <returns>Whether the request is answered.</returns>
    public async ValueTask<bool> TryEchoAsync(HttpContext context, CloudEvent cloudEvent)
    {
        if (!Echoes(context.Request))
        {
            return false;
        }

        await caller.CallAsync(context, _echo, cloudEvent);
        return true;
    }

    /// <summary>Logs an event. Does nothing without <c>--dev</c>.</summary>
    public async ValueTask LogAsync(CloudEvent cloudEvent, CancellationToken cancellationToken)
    {
        if (options.Dev)
        {
            using var buffer = new PooledBuffer(2048);
            var payload = CloudEventWriter.Write(cloudEvent, defaults.CloudEventFormat, buffer);
            using var result = await invoker.InvokeAsync(_log, new Invocation(cloudEvent.Id, cloudEvent.Type, payload), defaults.FunctionTimeout, cancellationToken);
        }
    }

    private static Function Builtin(string name) =>
        new() { Space = Space, FunctionId = name, Type = "builtin", Provider = JsonElement.Parse($$"""{"name":"{{name}}"}""") };
}
