using System.Security.Cryptography.X509Certificates;
using EventGateway.Abstractions.Connections;

namespace EventGateway.Functions.Http.Connections;

/// <summary>Options of the calls of HTTP functions.</summary>
public sealed record HttpFunctionOptions : ConnectionOptions
{
    /// <summary>
    /// The server that issues ID tokens on Google's machines, with its port when it is not 80. Default: the environment variable
    /// <c>GCE_METADATA_HOST</c>, or <c>metadata.google.internal</c> when it is not set.
    /// </summary>
    public string GoogleMetadataHost { get; init; } =
        Environment.GetEnvironmentVariable("GCE_METADATA_HOST") is { Length: > 0 } host ? host : "metadata.google.internal";

    /// <summary>How the certificates of functions are checked. Default: null, against the authorities that the system trusts.</summary>
    internal X509ChainPolicy? CertificatePolicy { get; init; }
}
