using System.Text.Json.Serialization;

namespace EventGateway.Abstractions.Resources;

/// <summary>How a subscription calls its function.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SubscriptionType>))]
public enum SubscriptionType : byte
{
    /// <summary>The event is delivered later; the sender does not see the answer.</summary>
    [JsonStringEnumMemberName("async")]
    Async,

    /// <summary>The sender waits, and gets the function's answer.</summary>
    [JsonStringEnumMemberName("sync")]
    Sync,
}
