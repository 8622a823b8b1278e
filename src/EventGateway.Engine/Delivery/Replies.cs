using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using EventGateway.Abstractions.Delivery;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Resources;
using EventGateway.CloudEvents;
using EventGateway.CloudEvents.Buffers;
using EventGateway.Engine.Authorization;
using EventGateway.Engine.Routing;
using Microsoft.Extensions.Logging;

namespace EventGateway.Engine.Delivery;

/// <summary>
/// Publishes the events that functions answer deliveries with, where the subscription says so: to the async subscribers of
/// the same space, as if it had come by <c>POST /</c>. Each reply counts its way from the first event, so that functions that
/// answer each other come to an end.
/// </summary>
/// <param name="routes">The routing table as it is.</param>
/// <param name="intake">Delivers the events; found late, since deliveries are what they come from.</param>
/// <param name="metrics">Counts them.</param>
/// <param name="logger">Where those are told that go nowhere.</param>
public sealed partial class Replies(Func<RoutingTable> routes, Lazy<DeliveryIntake> intake, DeliveryMetrics metrics, ILogger<Replies> logger)
{
    /// <summary>How many hops an event may make: replies that follow one another, and rounds through event gateways.</summary>
    public const int MaxHops = 8;

    /// <summary>The extension that counts the hops of an event: 1 for the reply to an event that has made none.</summary>
    public const string Hops = "eventgatewayhops";

    private static readonly GatewayExtension HopsExtension = new("hops");

    /// <summary>How many replies led to an event.</summary>
    /// <param name="payload">The event; any number that a sender has put there counts, up to the limit.</param>
    internal static int HopsOf(EventPayload payload) => Parse(PayloadExtension.Find(payload, Hops));

    /// <summary>Reads how many hops an event has made.</summary>
    /// <param name="cloudEvent">The event; any number that a sender has put there counts, up to the limit.</param>
    public static int HopsOf(CloudEvent cloudEvent)
    {
        ArgumentNullException.ThrowIfNull(cloudEvent);
        return Parse(HopsExtension.Find(cloudEvent));
    }

    /// <summary>Sets how many hops an event has made, whatever it says of that itself.</summary>
    /// <param name="cloudEvent">The event.</param>
    /// <param name="hops">The number.</param>
    public static CloudEvent WithHops(CloudEvent cloudEvent, int hops)
    {
        ArgumentNullException.ThrowIfNull(cloudEvent);
        var text = Encoding.ASCII.GetBytes(hops.ToString(CultureInfo.InvariantCulture));
        return HopsExtension.Set(cloudEvent, text, text);
    }

    /// <summary>Publishes what a function answered.</summary>
    /// <param name="route">The subscription.</param>
    /// <param name="delivery">What the function was called with.</param>
    /// <param name="result">Its answer, a success.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>False where no more can be stored now, so that the delivery has to be made again.</returns>
    public async ValueTask<bool> TryPublishAsync(Route route, LeasedDelivery delivery, FunctionResult result, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(route);
        ArgumentNullException.ThrowIfNull(delivery);
        ArgumentNullException.ThrowIfNull(result);
        var space = route.Subscription.Space;
        if (!TryRead(result, out var reply, out var problem))
        {
            if (problem is not null)
            {
                metrics.Replied(space, "invalid");
                LogInvalid(space, route.Function.FunctionId, delivery.EventId, problem);
            }

            return true;
        }

        var hops = HopsOf(delivery.Payload) + 1;
        if (hops > MaxHops)
        {
            metrics.Replied(space, "looped");
            LogLooped(space, route.Function.FunctionId, delivery.EventId, MaxHops);
            return true;
        }

        var subscribers = Array.FindAll(routes().Match("POST", "/", reply.Type).Async, subscriber => subscriber.Subscription.Space == space);
        if (subscribers.Length > 0 && !(await intake.Value.AcceptAsync(WithHops(AuthorizedEvent.WithoutClaims(reply), hops), subscribers, cancellationToken)).IsAccepted)
        {
            return false;
        }

        metrics.Replied(space, "published");
        return true;
    }

    private static int Parse(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var hops) ? Math.Min(hops, MaxHops) : 0;

    // An answer that is no event is no reply, as most answers are; one that says it is an event and is not one is a mistake.
    private static bool TryRead(FunctionResult result, [NotNullWhen(true)] out CloudEvent? reply, out string? problem)
    {
        (reply, problem) = (null, null);
        var payload = PayloadOf(result);
        if (payload is not { } answer)
        {
            return false;
        }

        var read = CloudEventReader.ReadStructured(answer);
        problem = !read.IsValid ? string.Join(" ", read.Errors)
            : GatewayEvents.IsSystemType(read.Event.Type) ? $"the type {read.Event.Type} is the gateway's own"
            : AttributeLengths.FindErrors(read.Event) is { } tooLong ? string.Join(" ", tooLong)
            : null;
        reply = problem is null ? read.Event : null;
        return reply is not null;
    }

    private static ReadOnlyMemory<byte>? PayloadOf(FunctionResult result)
    {
        if (result.EventHeaders is not { } headers)
        {
            // No HTTP, no headers: what looks like an event is one.
            return CloudEventReader.FindEvent(result.Body) is null ? null : result.Body;
        }

        if (MediaType.TryParse(result.ContentType, out var type, out _) && type.Is(CloudEventReader.StructuredMediaType))
        {
            return result.Body;
        }

        if (headers.Count == 0)
        {
            return null;
        }

        using var buffer = new PooledBuffer(512 + (result.Body.Length * 2));
        JsonOutput.Write(buffer, new EventPayload(result.Body, result.ContentType, headers), PayloadJson.Write);
        return buffer.WrittenMemory.ToArray();
    }

    [LoggerMessage(2040, LogLevel.Warning, "Function {Space}/{FunctionId} answered event {EventId} with an event that is none: {Problem}")]
    private partial void LogInvalid(string space, string functionId, string eventId, string problem);

    [LoggerMessage(2041, LogLevel.Warning, "The answer of function {Space}/{FunctionId} to event {EventId} goes nowhere: it is the end of {MaxHops} replies in a row.")]
    private partial void LogLooped(string space, string functionId, string eventId, int maxHops);
}
