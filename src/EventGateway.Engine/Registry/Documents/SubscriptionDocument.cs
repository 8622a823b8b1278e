using EventGateway.Abstractions.Resources;

namespace EventGateway.Engine.Registry.Documents;

/// <summary>A <see cref="Subscription"/> as it is stored and answered.</summary>
public sealed record SubscriptionDocument
{
    /// <summary>The space that it belongs to; taken from the URL.</summary>
    public required string Space { get; init; }

    /// <summary>Its id, derived from what it binds.</summary>
    public required string SubscriptionId { get; init; }

    /// <summary>sync: the sender waits for the function's answer; async: it does not.</summary>
    public required string Type { get; init; }

    /// <summary>The event type that it takes: one of the space, or a built-in one.</summary>
    public required string EventType { get; init; }

    /// <summary>The function of the space that it calls.</summary>
    public required string FunctionId { get; init; }

    /// <summary>The path that events are sent to; of a sync subscription it may hold :name and, last, *name.</summary>
    public string Path { get; init; } = "/";

    /// <summary>The HTTP method that events are sent with.</summary>
    public string Method { get; init; } = "POST";

    /// <summary>CORS settings of this method and path. Not set: those of a CORS configuration, if there is one.</summary>
    public CorsSettingsDocument? Cors { get; init; }

    /// <summary>How events are delivered. Not set: the server's defaults.</summary>
    public DeliveryDocument? Delivery { get; init; }

    /// <summary>Of a sync subscription, what the function is sent: event, or raw, the sender's request as it is. Not set: event.</summary>
    public string? RequestMode { get; init; }

    /// <summary>Of a sync subscription, what the sender gets: object, the response that the function's answer describes, or raw, the answer as it is. Not set: object; raw where requestMode is raw.</summary>
    public string? ResponseMode { get; init; }

    /// <summary>Of an async subscription, whether an event that the function answers with is published. Not set: it is not.</summary>
    public bool? Reply { get; init; }

    /// <summary>Whether it takes events. Not set: it does.</summary>
    public bool? Enabled { get; init; }

    /// <summary>Labels by which lists can be filtered. Not set: none.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }
}
