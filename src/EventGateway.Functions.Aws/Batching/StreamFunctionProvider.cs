using EventGateway.Functions.Aws.Calls;

namespace EventGateway.Functions.Aws.Batching;

/// <summary>Puts events into streams of one service.</summary>
/// <param name="connections">The connections of all services.</param>
/// <param name="protocol">The names in the service's requests and answers.</param>
internal abstract class StreamFunctionProvider<TSettings>(AwsConnections connections, RecordsProtocol protocol)
    : BatchingFunctionProvider<TSettings>(connections.TimeProvider)
    where TSettings : StreamSettings
{
    private readonly AwsClient _client = new(protocol.Service, protocol.Host, connections);

    /// <inheritdoc/>
    protected override IBatchSender Open(TSettings settings) =>
        new RecordsSender(_client, AwsTarget.Create(settings.Common, _client.Service), protocol, settings.StreamName);
}
