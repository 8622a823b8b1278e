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
/// Reports the gateway's work to subscribers and plug-ins as system events of the types <see cref="SystemEventTypes"/>. Subscribers
/// to them on <c>POST /</c> get those of their space, plug-ins get all. A system event causes no further system events, which
/// would have no end.
/// </summary>
public sealed partial class SystemEventSource : ICallObserver
{
    /// <summary>The largest answer of a function that an event carries, in bytes. For a larger one, the event has only the size.</summary>
    public const int MaxResultBytes = 256 * 1024;

    private readonly Func<RoutingTable> _routes;
    private readonly DeliveryIntake _intake;
    private readonly PluginHost? _plugins;
    private readonly ReceivedEventMetrics _received;
    private readonly DeliveryMetrics _metrics;
    private readonly GatewayDefaults _defaults;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger<SystemEventSource> _logger;
    private readonly LogSampler _refusals;
    private readonly DeadLetterReports _deadLetters;

    /// <summary>Creates the source.</summary>
    /// <param name="routes">Returns the current routing table.</param>
    /// <param name="intake">Stores the events for delivery.</param>
    /// <param name="defaults">Sets the version of the events.</param>
    /// <param name="logger">Logs lost events.</param>
    /// <param name="received">Counts the events about calls.</param>
    /// <param name="metrics">Counts lost events.</param>
    /// <param name="plugins">The plug-ins. Null means none.</param>
    public SystemEventSource(
        Func<RoutingTable> routes,
        DeliveryIntake intake,
        GatewayDefaults defaults,
        TimeProvider timeProvider,
        ILogger<SystemEventSource> logger,
        ReceivedEventMetrics received,
        DeliveryMetrics metrics,
        PluginHost? plugins = null)
    {
        _routes = routes;
        _intake = intake;
        _plugins = plugins;
        _received = received;
        _metrics = metrics;
        _defaults = defaults;
        _timeProvider = timeProvider;
        _logger = logger;
        _refusals = new LogSampler(timeProvider);
        _deadLetters = new DeadLetterReports(SendDeadLetter);
    }

    /// <summary>Whether any subscriber or plug-in may observe received events. Must be quick: it is read before each event.</summary>
    public bool ObservesReceived => _plugins is { HasPlugins: true } || _routes().HasSystemSubscribers;

    /// <summary>Reports a received event.</summary>
    /// <typeparam name="T">The type of the request.</typeparam>
    /// <param name="match">The subscriptions that it selected. When it selected none, subscribers of all spaces get the report.</param>
    /// <param name="writeRequest">Writes the members <c>path</c> and <c>headers</c>. The last argument is true for plug-ins.</param>
    /// <param name="hops">How many hops the event has made.</param>
    /// <param name="cancellationToken">Cancelled when the sender no longer waits.</param>
    /// <returns>Why a plug-in refuses the event. Null when none does.</returns>
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
    public int AnswerBytes(Route route)
    {
        ArgumentNullException.ThrowIfNull(route);
        return PluginsWant(SystemEventTypes.FunctionInvoked) || SubscribersIn(route.Subscription.Space, SystemEventTypes.FunctionInvoked).Length > 0
            ? MaxResultBytes
            : 0;
    }

    /// <inheritdoc/>
    public ValueTask<CallRefusal?> InvokingAsync(Route route, Invocation invocation, CancellationToken cancellationToken) =>
        AskPluginsAsync(SendOfCall(SystemEventTypes.FunctionInvoking, route, invocation, null, static (_, _) => { }), cancellationToken);

    /// <inheritdoc/>
    public void Invoked(Route route, Invocation invocation, FunctionResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var report = result.Outcome is FunctionOutcome.Success
            ? SendOfCall(SystemEventTypes.FunctionInvoked, route, invocation, result, WriteResult)
            : SendOfCall(SystemEventTypes.FunctionInvocationFailed, route, invocation, result, WriteError);
        if (report is not null)
        {
            _plugins?.Tell(report);
        }
    }

    private Route[] SubscribersIn(string space, string type) =>
        Array.FindAll(_routes().FindSystem(type), subscriber => subscriber.Subscription.Space == space);

    private bool PluginsWant(string type) => _plugins?.Wants(type) is true;

    private ValueTask<CallRefusal?> AskPluginsAsync(CloudEvent? report, CancellationToken cancellationToken) =>
        report is null || _plugins is null ? ValueTask.FromResult<CallRefusal?>(null) : _plugins.TellAsync(report, cancellationToken);

    private static bool Concerns(RouteMatch match, string space) =>
        match.Sync?.Subscription.Space == space || Array.Exists(match.Async, route => route.Subscription.Space == space);

    private static void WriteResult(Utf8JsonWriter writer, Call call)
    {
        var length = call.Result!.OmittedBytes ?? call.Result.Body.Length;
        if (call.Result.OmittedBytes is null && length <= MaxResultBytes && AnswerExcerpt.Read(call.Result, call.Invocation.Payload, call.Route.Subscription.Delivery, MaxResultBytes) is { } kept)
        {
            writer.WriteBase64String("result"u8, kept.Span);
        }
        else if (length > 0)
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
        var routes = SubscribersIn(space, type);
        if (routes.Length == 0 && !PluginsWant(type))
        {
            return null;
        }

        _received.Add(space, type);

        // The hops go on counting, so that functions that reply to events about their own calls come to an end.
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

    // Does not wait until the event is stored, because the reported event must not be delayed. Returns the event for plug-ins.
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

    // Logs one line for many events: losses come in floods, and the metric of dropped events counts each.
    private void Refused(string type)
    {
        if (_refusals.TryTake(out var suppressed))
        {
            LogRefused(type, suppressed);
        }
    }

    [LoggerMessage(LogEvents.SystemEventRefused, LogLevel.Warning,
        "A system event of the type {EventType} is lost: too many wait to be stored.{Suppressed}")]
    private partial void LogRefused(string eventType, SuppressedLines suppressed);

    [LoggerMessage(LogEvents.SystemEventFailed, LogLevel.Error, "A system event of the type {EventType} is lost.")]
    private partial void LogFailed(Exception exception, string eventType);
}
