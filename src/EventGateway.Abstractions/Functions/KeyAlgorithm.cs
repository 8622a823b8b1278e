using System.Text.Json.Serialization;

namespace EventGateway.Abstractions.Functions;

/// <summary>How a key signs requests.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<KeyAlgorithm>))]
public enum KeyAlgorithm
{
    /// <summary>HMAC-SHA256: the function needs the same key.</summary>
    [JsonStringEnumMemberName("hmac-sha256")]
    HmacSha256,

    /// <summary>Ed25519: the function needs only the public key.</summary>
    [JsonStringEnumMemberName("ed25519")]
    Ed25519,
}
