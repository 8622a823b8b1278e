using System.Text.Json.Serialization;

namespace EventGateway.CloudEvents;

/// <summary>How an event is written to a function: the version and, for 1.0, the content mode of the HTTP binding.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CloudEventFormat>))]
public enum CloudEventFormat
{
    /// <summary>CloudEvents 1.0, structured mode: one JSON document.</summary>
    [JsonStringEnumMemberName("1.0")]
    V1Structured,

    /// <summary>CloudEvents 1.0, binary mode: attributes as <c>ce-</c> headers, data as the body.</summary>
    [JsonStringEnumMemberName("1.0-binary")]
    V1Binary,

    /// <summary>CloudEvents 0.1, structured mode.</summary>
    [JsonStringEnumMemberName("0.1")]
    V01Structured,
}
