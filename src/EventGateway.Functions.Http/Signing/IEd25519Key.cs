namespace EventGateway.Functions.Http.Signing;

/// <summary>An ed25519 private key, which any number of threads may use at once.</summary>
public interface IEd25519Key
{
    /// <summary>The public key: 32 bytes.</summary>
    ReadOnlySpan<byte> PublicKey { get; }

    /// <summary>Signs.</summary>
    /// <param name="content">What is signed.</param>
    /// <param name="signature">Takes the signature: 64 bytes.</param>
    void Sign(ReadOnlySpan<byte> content, Span<byte> signature);
}
