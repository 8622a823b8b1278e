using System.Text.Json.Serialization;

namespace EventGateway.CloudEvents;

/// <summary>The version and the content mode in which an event is written (HTTP protocol binding 1.0, section 3).</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CloudEventFormat>))]
public enum CloudEventFormat
{
    /// <summary>CloudEvents 1.0 in structured mode: one JSON document (section 3.2).</summary>
    [JsonStringEnumMemberName("1.0")]
    V1Structured,

    /// <summary>CloudEvents 1.0 in binary mode: attributes as <c>ce-</c> headers, data as the body (section 3.1).</summary>
    [JsonStringEnumMemberName("1.0-binary")]
    V1Binary,

    /// <summary>CloudEvents 0.1 in structured mode.</summary>
    [JsonStringEnumMemberName("0.1")]
    V01Structured,
}
