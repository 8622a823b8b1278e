using System.Text.Json.Serialization;

namespace EventGateway.Abstractions.Resources;

/// <summary>What the sender of an event gets from a sync subscription.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ResponseMode>))]
public enum ResponseMode : byte
{
    /// <summary>The response that the function's answer describes: <c>{"statusCode": …, "headers": …, "body": …}</c>.</summary>
    [JsonStringEnumMemberName("object")]
    Described,

    /// <summary>The status, headers and body of the function's answer, unchanged.</summary>
    [JsonStringEnumMemberName("raw")]
    Raw,
}
