using EventGateway.Abstractions.Functions;

namespace EventGateway.Api.Config;

/// <summary>A new key that signs the requests to a function. No other answer shows the key.</summary>
/// <param name="Name">The name of the key.</param>
/// <param name="Key">The key: whsec_… for hmac-sha256, whsk_… for ed25519.</param>
/// <param name="OldKeys">The keys before it that still sign.</param>
/// <param name="PublicKey">The public key that a receiver verifies with: whpk_…. Only for ed25519.</param>
internal sealed record KeyRotationDocument(string Name, string Key, IReadOnlyList<OldKeyDocument> OldKeys, string? PublicKey = null)
{
    /// <summary>Returns the document of a rotation.</summary>
    public static KeyRotationDocument Of(KeyRotation rotation) => new(
        rotation.Name,
        rotation.Key.Reveal(),
        [.. rotation.OldKeys.Select(static old => new OldKeyDocument(old.Key, old.Value.UtcDateTime))],
        rotation.PublicKey);

    /// <summary>Returns the name, without the key.</summary>
    public override string ToString() => Name;
}
