using System.Security.Cryptography;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Secrets;
using NSec.Cryptography;

namespace EventGateway.Functions.Http.Signing;

/// <summary>A key of Standard Webhooks that was just made.</summary>
/// <param name="Key">The key, as <see cref="WebhookKey.Parse"/> reads it.</param>
/// <param name="PublicKey">The public key, <c>whpk_</c> and base64. Null for a key of HMAC-SHA256.</param>
internal sealed record NewWebhookKey(Secret Key, string? PublicKey)
{
    // As long as the hash of HMAC-SHA256, and as the private key of ed25519.
    private const int Bytes = 32;

    /// <summary>Makes a key.</summary>
    public static NewWebhookKey Make(KeyAlgorithm algorithm)
    {
        var bytes = RandomNumberGenerator.GetBytes(Bytes);
        if (algorithm is KeyAlgorithm.HmacSha256)
        {
            return new NewWebhookKey(new Secret(WebhookKey.Symmetric + Convert.ToBase64String(bytes)), null);
        }

        using var key = NSec.Cryptography.Key.Import(SignatureAlgorithm.Ed25519, bytes, KeyBlobFormat.RawPrivateKey);
        return new NewWebhookKey(
            new Secret(WebhookKey.Asymmetric + Convert.ToBase64String(bytes)),
            "whpk_" + Convert.ToBase64String(key.PublicKey.Export(KeyBlobFormat.RawPublicKey)));
    }
}
