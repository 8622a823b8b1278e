using EventGateway.Aws.Batching;
using EventGateway.Aws.Calls;
using EventGateway.Aws.Settings;
using EventGateway.Core.Functions;
using EventGateway.Core.Registry;

namespace EventGateway.Aws.Firehose;

/// <summary>
/// Puts events into Firehose delivery streams: type <c>awsfirehose</c>, settings
/// <c>{"deliveryStreamName": …, "region": …}</c>.
/// </summary>
internal sealed class FirehoseFunctionProvider(AwsConnections connections) : BatchingFunctionProvider
{
    private const string NameField = "deliveryStreamName";
    private const string Accepted = "the name of a Firehose delivery stream: 1 to 64 letters, digits, '.', '-' and '_'";

    private readonly AwsClient _client = new("Firehose", "firehose", connections);

    /// <inheritdoc/>
    public override string Type => "awsfirehose";

    /// <inheritdoc/>
    protected override BatchLimits Limits { get; } = new(500, 4 * 1024 * 1024);

    /// <inheritdoc/>
    protected override string ReceiptName => "recordId";

    /// <inheritdoc/>
    protected override IBatchSender Open(Function function) => new RecordsSender(
        _client, AwsTarget.Read(function.Provider, _client.Service), RecordsProtocol.Firehose, CommonSettings.Find(function.Provider, NameField)!);

    /// <inheritdoc/>
    protected override BatchRecord ToRecord(Function function, Invocation invocation) =>
        new(invocation.Payload.Body, invocation.Payload.Body.Length);

    private protected override string? ReadResource(SettingsReader settings) =>
        settings.Required(NameField, Accepted, static name => ResourceNames.IsName(name, 64));
}
