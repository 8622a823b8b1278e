using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using EventGateway.Abstractions.Delivery;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Resources;
using EventGateway.CloudEvents;
using EventGateway.Engine.Authorization;
using EventGateway.Engine.Routing;
using Microsoft.Extensions.Logging;

namespace EventGateway.Engine.Delivery;

/// <summary>
/// Publishes the events that functions reply to deliveries with, if the subscription asks for it: to the async subscribers of
/// the same space, as if the event had come by <c>POST /</c>. Each reply counts the hops from the first event, so that functions
/// that reply to each other come to an end.
/// </summary>
/// <param name="routes">Returns the current routing table.</param>
/// <param name="intake">Stores the events for delivery.</param>
/// <param name="defaults">Limits the depth of JSON in replies.</param>
/// <param name="metrics">Counts replies.</param>
/// <param name="logger">Logs replies that are not published.</param>
public sealed partial class Replies(Func<RoutingTable> routes, DeliveryIntake intake, GatewayDefaults defaults, DeliveryMetrics metrics, ILogger<Replies> logger)
{
    // A reply that is ignored must not fail its delivery because the log cannot be written.
    private readonly ILogger _logger = new SafeLogger(logger);

    /// <summary>How many hops an event may make. A reply is a hop, and so is a round through an event gateway.</summary>
    public const int MaxHops = 8;

    /// <summary>The name of the extension that counts the hops of an event.</summary>
    public const string Hops = "eventgatewayhops";

    private static readonly GatewayExtension HopsExtension = new("hops");

    /// <summary>Reads how many hops an event has made.</summary>
    /// <param name="payload">The event. A number that the sender has set counts, up to the limit.</param>
    internal static int HopsOf(EventPayload payload) => Parse(PayloadExtension.Find(payload, Hops));

    /// <summary>Reads how many hops an event has made.</summary>
    /// <param name="cloudEvent">The event. A number that the sender has set counts, up to the limit.</param>
    public static int HopsOf(CloudEvent cloudEvent)
    {
        ArgumentNullException.ThrowIfNull(cloudEvent);
        return Parse(HopsExtension.Find(cloudEvent));
    }

    /// <summary>Sets how many hops an event has made, in place of what the event says.</summary>
    /// <param name="hops">The number.</param>
    public static CloudEvent WithHops(CloudEvent cloudEvent, int hops)
    {
        ArgumentNullException.ThrowIfNull(cloudEvent);
        var text = Encoding.ASCII.GetBytes(hops.ToString(CultureInfo.InvariantCulture));
        return HopsExtension.Set(cloudEvent, text, text);
    }

    /// <summary>Publishes the reply of a function.</summary>
    /// <param name="route">The subscription.</param>
    /// <param name="eventId">The id of the event that the function was called with.</param>
    /// <param name="stored">That event.</param>
    /// <param name="result">The function's answer, a success.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>False when the reply cannot be stored now, so that the delivery must be made again.</returns>
    internal async ValueTask<bool> TryPublishAsync(Route route, string eventId, StoredEvent stored, FunctionResult result, CancellationToken cancellationToken)
    {
        var space = route.Subscription.Space;
        if (!TryRead(result, out var reply, out var problem))
        {
            if (problem is not null)
            {
                metrics.Replied(space, "invalid");
                LogInvalid(space, route.Function.FunctionId, eventId, problem);
            }

            return true;
        }

        var hops = stored.CountHops() + 1;
        if (hops > MaxHops)
        {
            metrics.Replied(space, "looped");
            LogLooped(space, route.Function.FunctionId, eventId, MaxHops);
            return true;
        }

        var match = routes().Match("POST", "/", reply.Type);
        var subscribers = Array.FindAll(match.Async, subscriber => subscriber.Subscription.Space == space);
        var skipped = intake.FindSkipped(Array.FindAll(match.Disabled, subscriber => subscriber.Subscription.Space == space));
        if (subscribers.Length > 0 || skipped is not null)
        {
            var deliveries = new EventDeliveries(WithHops(AuthorizedEvent.WithoutClaims(reply), hops), subscribers) { Skipped = skipped };
            if (!(await intake.AcceptAsync([deliveries], cancellationToken)).IsAccepted)
            {
                return false;
            }
        }

        metrics.Replied(space, "published");
        return true;
    }

    // A number that is too large for an integer is over the limit too.
    private static int Parse(string? text) =>
        text is not { Length: > 0 } || text.AsSpan().ContainsAnyExceptInRange('0', '9') ? 0
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var hops) ? Math.Min(hops, MaxHops)
        : MaxHops;

    // Returns false without a problem when the answer is not an event, which is the usual case. Returns a problem when the answer
    // is declared as an event but is not a valid one.
    private bool TryRead(FunctionResult result, [NotNullWhen(true)] out CloudEvent? reply, out string? problem)
    {
        (reply, problem) = (null, null);
        if (ReadAnswer(result) is not { } read)
        {
            return false;
        }

        problem = !read.IsValid ? string.Join("; ", read.Errors)
            : GatewayEvents.IsSystemType(read.Event.Type) ? $"the type {read.Event.Type} is the gateway's own"
            : AttributeLengths.FindErrors(read.Event) is { } tooLong ? string.Join("; ", tooLong)
            : null;
        reply = problem is null ? read.Event : null;
        return reply is not null;
    }

    // Returns null when the answer is not an event.
    private CloudEventReadResult? ReadAnswer(FunctionResult result)
    {
        if (result.EventHeaders is not { } headers)
        {
            // Without HTTP there are no headers, so an answer that looks like an event is one.
            return CloudEventReader.FindEvent(result.Body, defaults.JsonDepth) is { } found ? CloudEventReadResult.Valid(found) : null;
        }

        var isMediaType = MediaType.TryParse(result.ContentType, out var type, out var error);
        if (isMediaType && type.Is(CloudEventReader.StructuredMediaType))
        {
            return CloudEventReader.ReadStructured(result.Body, defaults.JsonDepth);
        }

        return headers.Count == 0 ? null
            : isMediaType ? ReadBinary(headers, type, result)
            : CloudEventReadResult.Invalid($"Content-Type: {error}");
    }

    private CloudEventReadResult ReadBinary(IReadOnlyList<KeyValuePair<string, string>> headers, MediaType type, FunctionResult result)
    {
        if (!CloudEventData.TryFromBody(type, result.Body, textAsBinary: false, defaults.JsonDepth, out var data, untypedIsJson: true))
        {
            return CloudEventReadResult.Invalid(defaults.JsonDepth.ErrorFor("body"));
        }

        var reader = BinaryEventReader.Create(SpecVersion.V1);
        foreach (var (name, value) in headers)
        {
            reader.Add(name, value);
        }

        return reader.Read(result.ContentType, data);
    }

    [LoggerMessage(LogEvents.ReplyInvalid, LogLevel.Warning,
        "Function {Space}/{FunctionId} replied to event {EventId} with an invalid event: {Problem}")]
    private partial void LogInvalid(string space, string functionId, string eventId, string problem);

    [LoggerMessage(LogEvents.ReplyLooped, LogLevel.Warning,
        "The reply of function {Space}/{FunctionId} to event {EventId} is not published: {MaxHops} hops came before it, which is the maximum.")]
    private partial void LogLooped(string space, string functionId, string eventId, int maxHops);
}
