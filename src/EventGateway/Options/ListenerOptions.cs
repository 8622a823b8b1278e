namespace EventGateway.Options;

/// <summary>The listener of one of the two APIs.</summary>
internal sealed record ListenerOptions
{
    /// <summary>An IP address, <c>localhost</c>, or <c>*</c> for every address.</summary>
    public required string Host { get; init; }

    /// <summary>The TCP port. 0 means any free port.</summary>
    public required int Port { get; init; }

    /// <summary>A PEM file with the certificate and its chain. Null means no TLS.</summary>
    public string? TlsCertificate { get; init; }

    /// <summary>A PEM file with the certificate's private key. Set together with <see cref="TlsCertificate"/>.</summary>
    public string? TlsKey { get; init; }

    /// <summary>Whether only this machine can connect.</summary>
    public bool IsLoopback =>
        Host is "localhost" || (System.Net.IPAddress.TryParse(Host, out var address) && System.Net.IPAddress.IsLoopback(address));

    /// <summary>Returns whether the two hosts have an address in common.</summary>
    public bool Overlaps(ListenerOptions other) => Host == other.Host || Host is "*" || other.Host is "*" || (IsLoopback && other.IsLoopback && (Host is "localhost" || other.Host is "localhost"));
}
