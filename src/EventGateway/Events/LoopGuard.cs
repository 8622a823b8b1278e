using EventGateway.Abstractions;
using EventGateway.Abstractions.Connections;
using EventGateway.Abstractions.Delivery;
using EventGateway.CloudEvents;
using EventGateway.Engine.Delivery;
using EventGateway.Http;

namespace EventGateway.Events;

/// <summary>
/// Ends loops: functions whose URL leads back to a gateway. Calls carry in <c>Via</c> how often gateways have passed the request
/// on. A delivery starts a new request, so the event carries that number.
/// </summary>
internal sealed partial class LoopGuard(EventMetrics metrics, TimeProvider time, ILogger<LoopGuard> logger)
{
    private readonly LogSampler _sampler = new(time);

    /// <summary>Decides by its headers whether a request has been passed on too often.</summary>
    /// <returns>The refusal, or null when the request goes on.</returns>
    public JsonResponse? FindRefusal(HttpRequest request) => FindRefusal(request, RoundsOf(request));

    /// <summary>Decides whether an event has been passed on too often.</summary>
    /// <param name="request">The request that brought the event.</param>
    /// <param name="hops">How many hops the event has made.</param>
    /// <returns>The refusal, or null when the event goes on.</returns>
    public JsonResponse? FindRefusal(HttpRequest request, int hops)
    {
        if (hops <= Replies.MaxHops)
        {
            return null;
        }

        metrics.Looped();
        if (_sampler.TryTake(out var suppressed))
        {
            LogLooped(request.Method, RequestTarget.RawPath(request), Replies.MaxHops, suppressed);
        }

        return JsonResponse.Error(
            StatusCodes.Status508LoopDetected,
            $"The request leads in a circle: event gateways have passed it on more than {Replies.MaxHops} times (Via, {Replies.Hops}).");
    }

    /// <summary>Returns the hops of an event: those of the request that brought it, plus those that the event carries.</summary>
    public static int HopsOf(HttpRequest request, CloudEvent cloudEvent) =>
        RoundsOf(request) is var rounds and > 0 ? rounds + Replies.HopsOf(cloudEvent) : 0;

    /// <summary>Writes the hops into the events of deliveries.</summary>
    /// <param name="hops">How many hops the event has made. With 0 the events stay unchanged.</param>
    public static IReadOnlyList<EventDeliveries> WithHops(IReadOnlyList<EventDeliveries> deliveries, int hops)
    {
        if (hops == 0)
        {
            return deliveries;
        }

        var counted = new EventDeliveries[deliveries.Count];
        for (var i = 0; i < counted.Length; i++)
        {
            counted[i] = deliveries[i] with { Event = Replies.WithHops(deliveries[i].Event, hops) };
        }

        return counted;
    }

    /// <summary>Returns the <c>Via</c> for the calls that a request causes.</summary>
    public static string? ViaOf(HttpRequest request) => request.Headers.Via is { Count: > 0 } via ? Via.Join(via) : null;

    private static int RoundsOf(HttpRequest request)
    {
        var rounds = 0;
        foreach (var value in request.Headers.Via)
        {
            rounds += Via.CountGateways(value);
        }

        return rounds;
    }

    [LoggerMessage(LogEvents.LoopGuardLooped, LogLevel.Warning,
        "Refused {Method} {Path} with 508: event gateways have passed it on more than {MaxHops} times. A function's URL leads back to the gateway.{Suppressed}")]
    private partial void LogLooped(string method, string path, int maxHops, SuppressedLines suppressed);
}
