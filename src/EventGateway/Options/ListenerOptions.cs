namespace EventGateway.Options;

/// <summary>Where one of the two APIs listens.</summary>
public sealed record ListenerOptions
{
    /// <summary>An IP address, <c>localhost</c>, or <c>*</c> for every address.</summary>
    public required string Host { get; init; }

    /// <summary>The TCP port; 0 takes a free one.</summary>
    public required int Port { get; init; }

    /// <summary>A file with the certificate (and its chain) in PEM form. Not set: no TLS.</summary>
    public string? TlsCertificate { get; init; }

    /// <summary>A file with the certificate's private key in PEM form. Set exactly where <see cref="TlsCertificate"/> is.</summary>
    public string? TlsKey { get; init; }

    /// <summary>Whether only this machine can connect.</summary>
    public bool IsLoopback =>
        Host is "localhost" || (System.Net.IPAddress.TryParse(Host, out var address) && System.Net.IPAddress.IsLoopback(address));
}
