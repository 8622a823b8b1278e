using Amazon.Runtime;
using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal;

namespace EventGateway.Functions.Aws.Calls;

/// <summary>The region and the service, for the SDK's signer. It has no endpoint, because signing needs none.</summary>
internal sealed class SigningConfig : ClientConfig
{
    private readonly string _service;

    public SigningConfig(string region, string service)
        : base(new DefaultConfigurationProvider([new DefaultConfiguration()]))
    {
        _service = service;
        AuthenticationRegion = region;
        AuthenticationServiceName = service;
    }

    /// <inheritdoc/>
    public override string ServiceVersion => string.Empty;

    /// <inheritdoc/>
    public override string UserAgent => "event-gateway";

    /// <inheritdoc/>
    public override string RegionEndpointServiceName => _service;

    /// <inheritdoc/>
    public override Endpoint DetermineServiceOperationEndpoint(ServiceOperationEndpointParameters parameters) =>
        throw new NotSupportedException("Signing needs no endpoint.");
}
