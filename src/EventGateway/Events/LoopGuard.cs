using EventGateway.Abstractions;
using EventGateway.Abstractions.Connections;
using EventGateway.Abstractions.Delivery;
using EventGateway.CloudEvents;
using EventGateway.Engine.Delivery;
using EventGateway.Http;

namespace EventGateway.Events;

/// <summary>
/// Cuts circles: functions whose URL leads back to a gateway. Calls show in <c>Via</c> how often gateways have passed the
/// request on; deliveries, which end one request and begin another, keep that number in the event.
/// </summary>
internal sealed partial class LoopGuard(EventMetrics metrics, TimeProvider time, ILogger<LoopGuard> logger)
{
    private readonly LogSampler _sampler = new(time);

    /// <summary>Decides whether a request has made too many rounds, by its headers alone.</summary>
    /// <returns>The answer to a request that goes no further; null when it goes on.</returns>
    public JsonResponse? FindRefusal(HttpRequest request) => FindRefusal(request, RoundsOf(request));

    /// <summary>Decides whether an event has made too many rounds.</summary>
    /// <param name="request">The request that brought it.</param>
    /// <param name="hops">How many hops it has made.</param>
    /// <returns>The answer to a request that goes no further; null when it goes on.</returns>
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

    /// <summary>Counts the hops of an event: those of the request that brought it and those that it made before.</summary>
    public static int HopsOf(HttpRequest request, CloudEvent cloudEvent) =>
        RoundsOf(request) is var rounds and > 0 ? rounds + Replies.HopsOf(cloudEvent) : 0;

    /// <summary>Keeps the hops of events that are delivered later.</summary>
    /// <param name="deliveries">The deliveries.</param>
    /// <param name="hops">How many hops their event has made. 0: the event stays as it is.</param>
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

    /// <summary>Gives the <c>Via</c> that the calls of a request carry on.</summary>
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

    [LoggerMessage(EventId = 205, Level = LogLevel.Warning,
        Message = "Refused {Method} {Path} with 508: event gateways have passed it on more than {MaxHops} times. A function's URL leads back to the gateway. ({Suppressed} more since the last line)")]
    private partial void LogLooped(string method, string path, int maxHops, long suppressed);
}
