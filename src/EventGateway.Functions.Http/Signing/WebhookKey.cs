using System.Collections.Concurrent;
using System.Security.Cryptography;
using EventGateway.Abstractions.Secrets;
using NSec.Cryptography;
using IncrementalHash = System.Security.Cryptography.IncrementalHash;

namespace EventGateway.Functions.Http.Signing;

/// <summary>A key of Standard Webhooks. Its text is <c>whsec_</c> or <c>whsk_</c> and base64.</summary>
internal abstract class WebhookKey
{
    /// <summary>The beginning of a key of HMAC-SHA256.</summary>
    public const string Symmetric = "whsec_";

    /// <summary>The beginning of a private key of ed25519.</summary>
    public const string Asymmetric = "whsk_";

    private const int SeedBytes = 32;

    // The limits of the specification.
    private const int MinSecretBytes = 24;
    private const int MaxSecretBytes = 64;

    /// <summary>The beginning of a signature: <c>v1,</c> or <c>v1a,</c>.</summary>
    public abstract string Version { get; }

    /// <summary>The length of a signature, in bytes.</summary>
    public abstract int SignatureBytes { get; }

    /// <summary>Signs.</summary>
    /// <param name="content">The content to sign.</param>
    /// <param name="signature">Receives the signature, <see cref="SignatureBytes"/> long.</param>
    public abstract void Sign(ReadOnlySpan<byte> content, Span<byte> signature);

    /// <summary>Checks a key. Returns what is accepted in its place, or null when the key is valid.</summary>
    public static string? Refusal(Secret key)
    {
        var text = key.Reveal();
        if (text.StartsWith(Symmetric, StringComparison.Ordinal))
        {
            return TryDecode(text[Symmetric.Length..]) is { Length: >= MinSecretBytes and <= MaxSecretBytes }
                ? null
                : $"{Symmetric} and the base64 of {MinSecretBytes} to {MaxSecretBytes} bytes";
        }

        if (!text.StartsWith(Asymmetric, StringComparison.Ordinal))
        {
            return $"a key that begins with {Symmetric} (HMAC-SHA256) or {Asymmetric} (ed25519)";
        }

        return TryDecode(text[Asymmetric.Length..]) is { } bytes && Import(bytes) is not null
            ? null
            : $"{Asymmetric} and the base64 of an ed25519 private key: 32 bytes, or 64 where its public key follows";
    }

    /// <summary>Reads a key that <see cref="Refusal"/> accepts.</summary>
    public static WebhookKey Parse(Secret key)
    {
        var text = key.Reveal();
        return text.StartsWith(Symmetric, StringComparison.Ordinal)
            ? new Hmac(TryDecode(text[Symmetric.Length..])!)
            : new Ed25519(Import(TryDecode(text[Asymmetric.Length..])!)!);
    }

    private static byte[]? TryDecode(string base64)
    {
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out var written) ? bytes[..written] : null;
    }

    private static Key? Import(byte[] key)
    {
        if (key.Length is not (SeedBytes or 2 * SeedBytes))
        {
            return null;
        }

        var imported = Key.Import(SignatureAlgorithm.Ed25519, key.AsSpan(0, SeedBytes), KeyBlobFormat.RawPrivateKey);
        // Nothing could be verified with the public key of another private key.
        return key.Length == SeedBytes || imported.PublicKey.Export(KeyBlobFormat.RawPublicKey).AsSpan().SequenceEqual(key.AsSpan(SeedBytes))
            ? imported
            : null;
    }

    private sealed class Hmac(byte[] secret) : WebhookKey
    {
        // Importing the secret costs as much as signing a small body, so the hashes are kept. There are as many as threads that sign at once.
        private readonly ConcurrentBag<IncrementalHash> _idle = [];

        public override string Version => "v1,";

        public override int SignatureBytes => HMACSHA256.HashSizeInBytes;

        public override void Sign(ReadOnlySpan<byte> content, Span<byte> signature)
        {
            if (!_idle.TryTake(out var hash))
            {
                hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret);
            }

            hash.AppendData(content);
            hash.GetHashAndReset(signature);
            _idle.Add(hash);
        }
    }

    private sealed class Ed25519(Key key) : WebhookKey
    {
        public override string Version => "v1a,";

        public override int SignatureBytes => 64;

        public override void Sign(ReadOnlySpan<byte> content, Span<byte> signature) =>
            SignatureAlgorithm.Ed25519.Sign(key, content, signature);
    }
}
