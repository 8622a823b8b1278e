using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace EventGateway.Functions.Http.Signing;

/// <summary>A key of Standard Webhooks, as its text says it: <c>whsec_</c> or <c>whsk_</c> and base64.</summary>
internal abstract class WebhookKey
{
    private const string Symmetric = "whsec_";
    private const string Asymmetric = "whsk_";
    private const int SeedBytes = 32;

    // As the specification has it.
    private const int FewestSecretBytes = 24;
    private const int MostSecretBytes = 64;

    /// <summary>What a signature begins with: <c>v1,</c> or <c>v1a,</c>.</summary>
    public abstract string Version { get; }

    /// <summary>The length of a signature, in bytes.</summary>
    public abstract int SignatureBytes { get; }

    /// <summary>Signs.</summary>
    /// <param name="content">What is signed.</param>
    /// <param name="signature">Takes the signature, <see cref="SignatureBytes"/> long.</param>
    public abstract void Sign(ReadOnlySpan<byte> content, Span<byte> signature);

    /// <summary>Checks a key's text.</summary>
    /// <returns>What is accepted in its place, or null: the key is fine.</returns>
    public static string? Refusal(string text, IEd25519? ed25519)
    {
        if (text.StartsWith(Symmetric, StringComparison.Ordinal))
        {
            return TryDecode(text[Symmetric.Length..]) is { Length: >= FewestSecretBytes and <= MostSecretBytes }
                ? null
                : $"{Symmetric} and the base64 of {FewestSecretBytes} to {MostSecretBytes} bytes";
        }

        if (!text.StartsWith(Asymmetric, StringComparison.Ordinal))
        {
            return $"a key that begins with {Symmetric} (HMAC-SHA256) or {Asymmetric} (ed25519)";
        }

        if (ed25519 is null)
        {
            return $"a key that begins with {Symmetric}: this server cannot sign with ed25519";
        }

        return TryDecode(text[Asymmetric.Length..]) is { } key && Import(key, ed25519) is not null
            ? null
            : $"{Asymmetric} and the base64 of an ed25519 private key: 32 bytes, or 64 where its public key follows";
    }

    /// <summary>Reads a key that <see cref="Refusal"/> found nothing against.</summary>
    public static WebhookKey Parse(string text, IEd25519? ed25519) => text.StartsWith(Symmetric, StringComparison.Ordinal)
        ? new Hmac(TryDecode(text[Symmetric.Length..])!)
        : new Ed25519(Import(TryDecode(text[Asymmetric.Length..])!, ed25519!)!);

    private static byte[]? TryDecode(string base64)
    {
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out var written) ? bytes[..written] : null;
    }

    private static IEd25519Key? Import(byte[] key, IEd25519 ed25519)
    {
        if (key.Length is not (SeedBytes or 2 * SeedBytes))
        {
            return null;
        }

        var imported = ed25519.Import(key.AsSpan(0, SeedBytes));
        // A public key that belongs to another private key would verify nothing.
        return key.Length == SeedBytes || imported.PublicKey.SequenceEqual(key.AsSpan(SeedBytes)) ? imported : null;
    }

    private sealed class Hmac(byte[] secret) : WebhookKey
    {
        // Taking the secret in costs as much as a small body, so that it is not done for each; no more are made than threads sign at once.
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

    private sealed class Ed25519(IEd25519Key key) : WebhookKey
    {
        public override string Version => "v1a,";

        public override int SignatureBytes => 64;

        public override void Sign(ReadOnlySpan<byte> content, Span<byte> signature) => key.Sign(content, signature);
    }
}
