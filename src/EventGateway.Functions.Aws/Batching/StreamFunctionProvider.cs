using EventGateway.Abstractions.Resources;
using EventGateway.Functions.Aws.Calls;
using EventGateway.Functions.Aws.Settings;

namespace EventGateway.Functions.Aws.Batching;

/// <summary>What the providers of streams have in common: a name in the settings, and the protocol.</summary>
/// <param name="connections">What all services share.</param>
/// <param name="protocol">How the service takes records.</param>
internal abstract class StreamFunctionProvider(AwsConnections connections, RecordsProtocol protocol) : BatchingFunctionProvider(connections.TimeProvider)
{
    private readonly AwsClient _client = new(protocol.Service, protocol.Host, connections);

    /// <summary>The setting with the stream's name.</summary>
    protected abstract string NameField { get; }

    /// <summary>The most characters that the name may have.</summary>
    protected abstract int MaxNameLength { get; }

    /// <summary>What a stream is called.</summary>
    protected abstract string Kind { get; }

    /// <inheritdoc/>
    protected override IBatchSender Open(Function function) => new RecordsSender(
        _client, AwsTarget.Read(function.Provider, _client.Service), protocol, CommonSettings.Find(function.Provider, NameField)!);

    private protected override string? ReadResource(SettingsReader settings) => settings.Required(
        NameField,
        $"the name of a {Kind}: 1 to {MaxNameLength} letters, digits, '.', '-' and '_'",
        name => name.Length <= MaxNameLength && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_'));
}
