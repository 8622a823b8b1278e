using EventGateway.Functions.Http.Signing;
using NSec.Cryptography;

namespace EventGateway.Signing;

/// <summary>Signs with ed25519 by libsodium.</summary>
internal sealed class SodiumEd25519 : IEd25519
{
    /// <inheritdoc/>
    public IEd25519Key Import(ReadOnlySpan<byte> seed) => new SodiumKey(Key.Import(SignatureAlgorithm.Ed25519, seed, KeyBlobFormat.RawPrivateKey));

    private sealed class SodiumKey(Key key) : IEd25519Key
    {
        private readonly byte[] _publicKey = key.PublicKey.Export(KeyBlobFormat.RawPublicKey);

        /// <inheritdoc/>
        public ReadOnlySpan<byte> PublicKey => _publicKey;

        /// <inheritdoc/>
        public void Sign(ReadOnlySpan<byte> content, Span<byte> signature) => SignatureAlgorithm.Ed25519.Sign(key, content, signature);
    }
}
