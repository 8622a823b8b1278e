using Amazon.Runtime;

namespace EventGateway.Functions.Aws.Calls;

/// <summary>Gives the SDK's clients the connections that all AWS calls share.</summary>
internal sealed class SharedClientFactory(HttpClient client) : HttpClientFactory
{
    /// <inheritdoc/>
    public override HttpClient CreateHttpClient(IClientConfig clientConfig) => client;

    /// <inheritdoc/>
    public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

    /// <inheritdoc/>
    public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;
}
