using System.Collections.Frozen;

namespace EventGateway.Abstractions.Resources;

/// <summary>The event types that every space has without registering them.</summary>
public static class SystemEventTypes
{
    /// <summary>The type of an event made from any HTTP request that is no event by itself.</summary>
    public const string HttpRequest = "http.request";

    /// <summary>The gateway took an event.</summary>
    public const string EventReceived = "eventgateway.event.received";

    /// <summary>The gateway is about to call a function.</summary>
    public const string FunctionInvoking = "eventgateway.function.invoking";

    /// <summary>The gateway called a function.</summary>
    public const string FunctionInvoked = "eventgateway.function.invoked";

    /// <summary>A call of a function failed.</summary>
    public const string FunctionInvocationFailed = "eventgateway.function.invocationFailed";

    /// <summary>All attempts of a subscription have failed for half, or three quarters, of the time after which it is disabled.</summary>
    public const string SubscriptionFailing = "eventgateway.subscription.failing";

    /// <summary>A subscription was disabled.</summary>
    public const string SubscriptionDisabled = "eventgateway.subscription.disabled";

    /// <summary>An attempt of a failing subscription succeeded.</summary>
    public const string SubscriptionRecovered = "eventgateway.subscription.recovered";

    /// <summary>A delivery became a dead letter.</summary>
    public const string DeliveryDeadLettered = "eventgateway.delivery.deadlettered";

    /// <summary>The types of the events that the gateway sends about each event and each call.</summary>
    public static readonly IReadOnlyList<string> OfCalls = [EventReceived, FunctionInvoking, FunctionInvoked, FunctionInvocationFailed];

    /// <summary>The types of the events that the gateway itself sends.</summary>
    public static readonly IReadOnlyList<string> Sent =
        [.. OfCalls, SubscriptionFailing, SubscriptionDisabled, SubscriptionRecovered, DeliveryDeadLettered];

    /// <summary>All types that need no registration.</summary>
    public static readonly IReadOnlyList<string> All = [.. Sent, HttpRequest];

    private static readonly FrozenDictionary<string, string> Known =
        All.ToFrozenDictionary(name => name, StringComparer.Ordinal);

    /// <summary>Whether a type needs no registration.</summary>
    public static bool Contains(string name) => Known.ContainsKey(name);

    /// <summary>The one instance of a built-in name, so that many subscriptions share it.</summary>
    public static string? Shared(string name) => Known.GetValueOrDefault(name);
}
