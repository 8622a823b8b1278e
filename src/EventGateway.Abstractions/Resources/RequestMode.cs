using System.Text.Json.Serialization;

namespace EventGateway.Abstractions.Resources;

/// <summary>What the function of a sync subscription is sent.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RequestMode>))]
public enum RequestMode : byte
{
    /// <summary>The event.</summary>
    [JsonStringEnumMemberName("event")]
    Event,

    /// <summary>The request that brought the event, unchanged; its answer is the response.</summary>
    [JsonStringEnumMemberName("raw")]
    Raw,
}
