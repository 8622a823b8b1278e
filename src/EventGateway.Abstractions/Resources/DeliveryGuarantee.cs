using System.Text.Json.Serialization;

namespace EventGateway.Abstractions.Resources;

/// <summary>How often an accepted event is delivered when a function fails or the gateway crashes.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DeliveryGuarantee>))]
public enum DeliveryGuarantee
{
    /// <summary>It is stored on disk before the sender is answered, and delivered until the function takes it or the policy ends.</summary>
    [JsonStringEnumMemberName("atLeastOnce")]
    AtLeastOnce,

    /// <summary>It waits in memory and is delivered once, whatever the function answers; a crash loses what waits.</summary>
    [JsonStringEnumMemberName("atMostOnce")]
    AtMostOnce,
}
