using System.Text.Json.Serialization;

namespace EventGateway.Abstractions.Resources;

/// <summary>How the wait before a retry grows with the attempts made.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<BackoffPolicy>))]
public enum BackoffPolicy
{
    /// <summary>It doubles with each attempt.</summary>
    [JsonStringEnumMemberName("exponential")]
    Exponential,

    /// <summary>It grows by the same time with each attempt.</summary>
    [JsonStringEnumMemberName("linear")]
    Linear,
}
