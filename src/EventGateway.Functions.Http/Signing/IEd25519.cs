namespace EventGateway.Functions.Http.Signing;

/// <summary>Signs with ed25519, which the base library does not know.</summary>
public interface IEd25519
{
    /// <summary>Takes a private key in.</summary>
    /// <param name="seed">The key: 32 bytes.</param>
    IEd25519Key Import(ReadOnlySpan<byte> seed);
}
