using System.Text.Json;
using EventGateway.Abstractions;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Resources;
using EventGateway.CloudEvents;
using EventGateway.CloudEvents.Buffers;
using EventGateway.Engine.Delivery;
using EventGateway.Engine.Functions;
using EventGateway.Engine.Plugins;
using EventGateway.Engine.Routing;
using Microsoft.Extensions.Logging;

namespace EventGateway.Engine.SystemEvents;

/// <summary>
/// Tells subscribers and plug-ins what the gateway does: events of the types <see cref="SystemEventTypes"/>, on <c>POST /</c>,
/// to subscribers in the spaces that it concerns, and to plug-ins wherever it happens. Never about a system event itself, which would have no end.
/// </summary>
public sealed partial class SystemEventSource : ICallObserver
{
    /// <summary>The largest answer of a function that an event carries, in bytes; of a larger one only the size is told.</summary>
    public const int MaxResult = 256 * 1024;

    private readonly Func<RoutingTable> _routes;
    private readonly DeliveryIntake _intake;
    private readonly PluginHost? _plugins;
    private readonly GatewayDefaults _defaults;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger<SystemEventSource> _logger;
    private readonly LogSampler _refusals;

    /// <summary>Creates the source.</summary>
    /// <param name="routes">The routing table as it is.</param>
    /// <param name="intake">Stores the events for delivery.</param>
    /// <param name="defaults">Decides the version of the events.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="logger">Where failures are told.</param>
    /// <param name="plugins">The plug-ins. Not set: none.</param>
    public SystemEventSource(
        Func<RoutingTable> routes,
        DeliveryIntake intake,
        GatewayDefaults defaults,
        TimeProvider timeProvider,
        ILogger<SystemEventSource> logger,
        PluginHost? plugins = null)
    {
        _routes = routes;
        _intake = intake;
        _plugins = plugins;
        _defaults = defaults;
        _timeProvider = timeProvider;
        _logger = logger;
        _refusals = new LogSampler(timeProvider);
    }

    /// <summary>Whether anybody may want to know of received events; asked before each, so it is quick.</summary>
    public bool ObservesReceived => _plugins is { HasPlugins: true } || _routes().HasSystemSubscribers;

    /// <summary>An event was received.</summary>
    /// <typeparam name="T">What describes the request.</typeparam>
    /// <param name="cloudEvent">The event.</param>
    /// <param name="match">Whom it selected. Nobody: all spaces are told.</param>
    /// <param name="request">What describes the request.</param>
    /// <param name="writeRequest">Writes the members <c>path</c> and <c>headers</c>; the last argument says whether for plug-ins.</param>
    /// <param name="hops">How many hops the event has made.</param>
    /// <param name="cancellationToken">Cancelled when the sender waits no more.</param>
    /// <returns>Why the event is stopped, or null: it goes on.</returns>
    public ValueTask<CallRefusal?> ReceivedAsync<T>(
        CloudEvent cloudEvent, RouteMatch match, T request, Action<Utf8JsonWriter, T, bool> writeRequest, int hops, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cloudEvent);
        var routes = _routes().FindSystem(SystemEventTypes.EventReceived);
        if (!match.IsEmpty)
        {
            routes = Array.FindAll(routes, route => Concerns(match, route.Subscription.Space));
        }

        if (routes.Length == 0 && !PluginsWant(SystemEventTypes.EventReceived))
        {
            return ValueTask.FromResult<CallRefusal?>(null);
        }

        return AskPluginsAsync(SendReceived(routes, cloudEvent, request, writeRequest, hops), cancellationToken);
    }

    /// <inheritdoc/>
    public bool Observes(Route route, Invocation invocation) => ObservesReceived && !GatewayEvents.IsSystemType(invocation.EventType);

    /// <inheritdoc/>
    public ValueTask<CallRefusal?> InvokingAsync(Route route, Invocation invocation, CancellationToken cancellationToken) =>
        AskPluginsAsync(SendOfCall(SystemEventTypes.FunctionInvoking, route, invocation, null, static (_, _) => { }), cancellationToken);

    /// <inheritdoc/>
    public void Invoked(Route route, Invocation invocation, FunctionResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var told = result.Outcome is FunctionOutcome.Success
            ? SendOfCall(SystemEventTypes.FunctionInvoked, route, invocation, result, WriteResult)
            : SendOfCall(SystemEventTypes.FunctionInvocationFailed, route, invocation, result, WriteError);
        if (told is not null)
        {
            _plugins?.Tell(told);
        }
    }

    private bool PluginsWant(string type) => _plugins?.Wants(type) is true;

    private ValueTask<CallRefusal?> AskPluginsAsync(CloudEvent? told, CancellationToken cancellationToken) =>
        told is null || _plugins is null ? ValueTask.FromResult<CallRefusal?>(null) : _plugins.TellAsync(told, cancellationToken);

    private static bool Concerns(RouteMatch match, string space) =>
        match.Sync?.Subscription.Space == space || Array.Exists(match.Async, route => route.Subscription.Space == space);

    private static void WriteResult(Utf8JsonWriter writer, Call call)
    {
        var length = call.Result!.Body.Length;
        if (length <= MaxResult && KeptAnswer.Read(call.Result, call.Invocation.Payload, call.Route.Subscription.Delivery, MaxResult) is { } kept)
        {
            writer.WriteBase64String("result"u8, kept.Span);
        }
        else
        {
            writer.WriteNumber("resultBytes"u8, length);
        }
    }

    private static void WriteError(Utf8JsonWriter writer, Call call)
    {
        var result = call.Result!;
        writer.WriteStartObject("error"u8);
        writer.WriteString("message"u8, result.Error ?? result.Outcome.ToString());
        if (result.Status is { } status)
        {
            writer.WriteNumber("status"u8, status);
        }

        writer.WriteEndObject();
    }

    private CloudEvent? SendReceived<T>(Route[] routes, CloudEvent cloudEvent, T request, Action<Utf8JsonWriter, T, bool> writeRequest, int hops)
    {
        using var text = new PooledBuffer(512 + cloudEvent.Data.Bytes.Length);
        var payload = CloudEventWriter.Write(cloudEvent, _defaults.CloudEventFormat, text);
        return Send(SystemEventTypes.EventReceived, routes, (payload, request, writeRequest), hops, static (writer, data, forPlugins) =>
        {
            writer.WritePropertyName("event"u8);
            PayloadJson.Write(writer, data.payload);
            data.writeRequest(writer, data.request, forPlugins);
        });
    }

    private CloudEvent? SendOfCall(
        string type, Route route, Invocation invocation, FunctionResult? result, Action<Utf8JsonWriter, Call> writeRest)
    {
        var space = route.Subscription.Space;
        var routes = Array.FindAll(_routes().FindSystem(type), subscriber => subscriber.Subscription.Space == space);
        if (routes.Length == 0 && !PluginsWant(type))
        {
            return null;
        }

        // Functions that reply to events about their own calls come to an end too.
        var hops = Replies.HopsOf(invocation.Payload);
        return Send(type, routes, (Call: new Call(route, invocation, result), writeRest), hops, static (writer, data, _) =>
        {
            writer.WriteString("space"u8, data.Call.Route.Function.Space);
            writer.WriteString("functionId"u8, data.Call.Route.Function.FunctionId);
            writer.WritePropertyName("event"u8);
            PayloadJson.Write(writer, data.Call.Invocation.Payload);
            data.writeRest(writer, data.Call);
        });
    }

    // What an event tells of does not wait for its being stored. Gives what plug-ins are to be told.
    private CloudEvent? Send<T>(string type, Route[] routes, T data, int hops, Action<Utf8JsonWriter, T, bool> write)
    {
        var cloudEvent = GatewayEvents.Create(type, CloudEventData.None, "application/json", GatewayEvents.VersionOf(_defaults.CloudEventFormat), _timeProvider);
        cloudEvent = hops == 0 ? cloudEvent : Replies.WithHops(cloudEvent, hops);
        if (routes.Length > 0)
        {
            var buffer = Write(data, forPlugins: false, write);
            _ = StoreAsync(cloudEvent with { Data = CloudEventData.Json(buffer.WrittenMemory) }, routes, buffer);
        }

        if (!PluginsWant(type))
        {
            return null;
        }

        using var forPlugins = Write(data, forPlugins: true, write);
        return cloudEvent with { Data = CloudEventData.Json(forPlugins.WrittenMemory.ToArray()) };
    }

    private static PooledBuffer Write<T>(T data, bool forPlugins, Action<Utf8JsonWriter, T, bool> write)
    {
        var buffer = new PooledBuffer(1024);
        JsonOutput.Write(buffer, (data, forPlugins, write), static (writer, parts) =>
        {
            writer.WriteStartObject();
            parts.write(writer, parts.data, parts.forPlugins);
            writer.WriteEndObject();
        });
        return buffer;
    }

    private async Task StoreAsync(CloudEvent cloudEvent, Route[] routes, PooledBuffer buffer)
    {
        try
        {
            if (!(await _intake.AcceptAsync(cloudEvent, routes, CancellationToken.None)).IsAccepted)
            {
                Refused(cloudEvent.Type);
            }
        }
        catch (Exception exception)
        {
            LogFailed(exception, cloudEvent.Type);
        }
        finally
        {
            buffer.Dispose();
        }
    }

    private readonly record struct Call(Route Route, Invocation Invocation, FunctionResult? Result);

    // One line for many events: what is lost comes in floods, and the metric of dropped events counts each.
    private void Refused(string type)
    {
        if (_refusals.TryTake(out var suppressed))
        {
            LogRefused(type, suppressed);
        }
    }

    [LoggerMessage(2030, LogLevel.Warning, "Events about events are lost, of the type {EventType} among others: no more deliveries can be stored now. ({Suppressed} more since the last line)")]
    private partial void LogRefused(string eventType, long suppressed);

    [LoggerMessage(2031, LogLevel.Error, "An event of the type {EventType} is lost.")]
    private partial void LogFailed(Exception exception, string eventType);
}
