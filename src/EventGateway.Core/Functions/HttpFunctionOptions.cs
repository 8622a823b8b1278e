using System.Security.Cryptography.X509Certificates;

namespace EventGateway.Core.Functions;

/// <summary>How HTTP functions are called.</summary>
public sealed record HttpFunctionOptions
{
    /// <summary>The largest body, in bytes, that a function may answer with. Default: 10 MiB.</summary>
    public int MaxResponseBytes { get; init; } = 10 * 1024 * 1024;

    /// <summary>How long connecting may take, within the call's timeout. Default: 5 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a connection is used before a new one looks the host's address up again. Default: 2 min.</summary>
    public TimeSpan ConnectionLifetime { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long an unused connection is kept. Default: 1 min.</summary>
    public TimeSpan IdleConnectionTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// The server that gives Google's ID tokens on Google's machines, with its port where that is not 80. Default: what the
    /// environment variable <c>GCE_METADATA_HOST</c> says, else <c>metadata.google.internal</c>.
    /// </summary>
    public string GoogleMetadataHost { get; init; } =
        Environment.GetEnvironmentVariable("GCE_METADATA_HOST") is { Length: > 0 } host ? host : "metadata.google.internal";

    /// <summary>How the certificates of functions are checked. Default: against those that the system trusts.</summary>
    internal X509ChainPolicy? CertificatePolicy { get; init; }
}
