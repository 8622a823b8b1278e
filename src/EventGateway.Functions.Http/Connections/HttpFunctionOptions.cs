using System.Security.Cryptography.X509Certificates;
using EventGateway.Abstractions.Connections;

namespace EventGateway.Functions.Http.Connections;

/// <summary>How HTTP functions are called.</summary>
public sealed record HttpFunctionOptions : ConnectionOptions
{
    /// <summary>
    /// The server that gives Google's ID tokens on Google's machines, with its port where that is not 80. Default: what the
    /// environment variable <c>GCE_METADATA_HOST</c> says, else <c>metadata.google.internal</c>.
    /// </summary>
    public string GoogleMetadataHost { get; init; } =
        Environment.GetEnvironmentVariable("GCE_METADATA_HOST") is { Length: > 0 } host ? host : "metadata.google.internal";

    /// <summary>How the certificates of functions are checked. Default: against those that the system trusts.</summary>
    internal X509ChainPolicy? CertificatePolicy { get; init; }
}
