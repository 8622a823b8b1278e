using Amazon.Runtime;

namespace EventGateway.Functions.Aws.Calls;

/// <summary>Gives the shared connections to the SDK's clients.</summary>
internal sealed class SharedClientFactory(HttpClient client) : HttpClientFactory
{
    /// <inheritdoc/>
    public override HttpClient CreateHttpClient(IClientConfig clientConfig) => client;

    /// <inheritdoc/>
    public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

    /// <inheritdoc/>
    public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;
}
