using System.Text.Json;

namespace EventGateway.Core.Registry.Documents;

/// <summary>An <see cref="Registry.EventType"/> as it is stored and answered.</summary>
public sealed record EventTypeDocument
{
    /// <summary>The space that it belongs to; taken from the URL.</summary>
    public required string Space { get; init; }

    /// <summary>Its name, unique in the space: letters, digits, '.', '-' and '_'.</summary>
    public required string Name { get; init; }

    /// <summary>A function of the space that is asked before any subscriber is called. Not set: nobody is asked.</summary>
    public string? AuthorizerId { get; init; }

    /// <summary>Labels by which lists can be filtered. Not set: none.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }
}

/// <summary>A <see cref="Registry.Function"/> as it is stored and answered.</summary>
public sealed record FunctionDocument
{
    /// <summary>The space that it belongs to; taken from the URL.</summary>
    public required string Space { get; init; }

    /// <summary>Its id, unique in the space: letters, digits, '.', '-' and '_'.</summary>
    public required string FunctionId { get; init; }

    /// <summary>The provider that calls it, such as http.</summary>
    public required string Type { get; init; }

    /// <summary>The provider's settings: for http, an object with url; for builtin, one with name.</summary>
    public required JsonElement Provider { get; init; }

    /// <summary>Labels by which lists can be filtered. Not set: none.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }
}

/// <summary>A <see cref="Registry.Subscription"/> as it is stored and answered.</summary>
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

    /// <summary>Whether it takes events. Not set: it does.</summary>
    public bool? Enabled { get; init; }

    /// <summary>Labels by which lists can be filtered. Not set: none.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }
}

/// <summary>A <see cref="CorsConfiguration"/> as it is stored and answered.</summary>
public sealed record CorsDocument
{
    /// <summary>The space that it belongs to; taken from the URL.</summary>
    public required string Space { get; init; }

    /// <summary>Its id: the method and the percent-encoded path. In a URL it stands as it is, without encoding it again.</summary>
    public required string CorsId { get; init; }

    /// <summary>The HTTP method.</summary>
    public required string Method { get; init; }

    /// <summary>The path; it begins with a slash.</summary>
    public required string Path { get; init; }

    /// <summary>Origins that may call; * within one stands for anything. Default: *.</summary>
    public IReadOnlyList<string>? AllowedOrigins { get; init; }

    /// <summary>Methods that may be used. Default: HEAD, GET, POST.</summary>
    public IReadOnlyList<string>? AllowedMethods { get; init; }

    /// <summary>Request headers that may be sent. Default: Origin, Accept, Content-Type.</summary>
    public IReadOnlyList<string>? AllowedHeaders { get; init; }

    /// <summary>Whether cookies and credentials may be sent. Default: false.</summary>
    public bool AllowCredentials { get; init; }

    /// <summary>Labels by which lists can be filtered. Not set: none.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }
}
