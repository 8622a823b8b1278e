using System.Text.Json.Serialization;

namespace EventGateway.Abstractions.Resources;

/// <summary>Binds one event type to one function, for one method and path.</summary>
public sealed record Subscription : IResource
{
    // One reference, because few of many subscriptions are disabled.
    private readonly Disabling? _disabling;

    /// <summary>The space that it belongs to; taken from the URL.</summary>
    public required string Space { get; init; }

    /// <summary>Its id, derived from what it binds.</summary>
    public required string SubscriptionId { get; init; }

    /// <summary>sync: the sender waits for the function's answer; async: it does not.</summary>
    public required SubscriptionType Type { get; init; }

    /// <summary>The event type that it takes: one of the space, or a built-in one. A family of the space, such as invoice.*, takes all types that begin with invoice.</summary>
    public required string EventType { get; init; }

    /// <summary>The function of the space that it calls.</summary>
    public required string FunctionId { get; init; }

    /// <summary>The path that events are sent to. In a sync subscription it may hold :name and, last, *name.</summary>
    public string Path { get; init; } = "/";

    /// <summary>The HTTP method that events are sent with.</summary>
    public string Method { get; init; } = "POST";

    /// <summary>CORS settings of this method and path. Default: those of a CORS configuration, if there is one.</summary>
    public CorsSettings? Cors { get; init; }

    /// <summary>How events are delivered. Default: the server's settings.</summary>
    public DeliverySettings? Delivery { get; init; }

    /// <summary>In a sync subscription, what the function is sent: event, or raw, the sender's request unchanged. Default: event.</summary>
    public RequestMode? RequestMode { get; init; }

    /// <summary>In a sync subscription, what the sender gets: object, the response that the function's answer describes, or raw, the answer unchanged. Default: object; raw when requestMode is raw.</summary>
    public ResponseMode? ResponseMode { get; init; }

    /// <summary>In an async subscription, whether an event that the function answers with is published. Default: false.</summary>
    public bool? Reply { get; init; }

    /// <summary>Whether it takes events. Default: true.</summary>
    public bool? Enabled { get; init; }

    /// <summary>Why it is disabled, in words. The gateway sets it. Absent while it is enabled.</summary>
    public string? DisabledReason
    {
        get => _disabling?.Reason;
        init => _disabling = Disabling.Of(value, DisabledAt);
    }

    /// <summary>When it was disabled, in UTC. The gateway sets it. Absent while it is enabled.</summary>
    public DateTime? DisabledAt
    {
        get => _disabling?.At;
        init => _disabling = Disabling.Of(DisabledReason, value);
    }

    /// <summary>Labels by which lists can be filtered. Default: none.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>Whether the function gets the sender's request itself, unchanged, in place of an event.</summary>
    [JsonIgnore]
    public bool IsForwarded => RequestMode is Resources.RequestMode.Raw;

    /// <summary>Whether the function's answer is streamed to the sender unchanged.</summary>
    [JsonIgnore]
    public bool AnswersRaw => IsForwarded || ResponseMode is Resources.ResponseMode.Raw;

    string IResource.Id => SubscriptionId;

    private sealed record Disabling(string? Reason, DateTime? At)
    {
        public static Disabling? Of(string? reason, DateTime? at) => reason is null && at is null ? null : new(reason, at);
    }
}
