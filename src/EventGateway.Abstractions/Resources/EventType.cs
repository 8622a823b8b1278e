using System.Text.Json.Serialization;

namespace EventGateway.Abstractions.Resources;

/// <summary>A type of event that subscriptions may name.</summary>
public sealed record EventType : IResource
{
    /// <summary>The space that it belongs to; taken from the URL.</summary>
    public required string Space { get; init; }

    /// <summary>Its name, unique in the space: letters, digits, '.', '-', '_', ':', '/', '+' and '@'. With .* at the end it is a family: invoice.* is for all types that begin with invoice. In a URL it is percent-encoded once: orders%2Fcreate.</summary>
    public required string Name { get; init; }

    /// <summary>The function of the space that decides whether an event is let in. Default: every event is.</summary>
    public string? AuthorizerId { get; init; }

    /// <summary>
    /// How long after an event another one with the same source and id, or from a request with the same Idempotency-Key, is a duplicate that is
    /// not delivered again: an ISO 8601 duration, P7D at most. PT0S means that every event is delivered. Default: the server's setting.
    /// </summary>
    [JsonConverter(typeof(DurationConverter))]
    public TimeSpan? DedupWindow { get; init; }

    /// <summary>Labels by which lists can be filtered. Default: none.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    string IResource.Id => Name;
}
