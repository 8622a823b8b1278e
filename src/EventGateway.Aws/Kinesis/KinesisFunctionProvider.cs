using System.Text;
using EventGateway.Aws.Batching;
using EventGateway.Aws.Calls;
using EventGateway.Aws.Settings;
using EventGateway.Core.Functions;
using EventGateway.Core.Registry;

namespace EventGateway.Aws.Kinesis;

/// <summary>
/// Puts events into Kinesis data streams: type <c>awskinesis</c>, settings <c>{"streamName": …, "region": …}</c>. The
/// partition key is the event's <c>partitionkey</c> extension, else its id.
/// </summary>
internal sealed class KinesisFunctionProvider(AwsConnections connections) : BatchingFunctionProvider
{
    private const string NameField = "streamName";
    private const string Accepted = "the name of a Kinesis data stream: 1 to 128 letters, digits, '.', '-' and '_'";
    private const int MaxKeyLength = 256;

    private readonly AwsClient _client = new("Kinesis", "kinesis", connections);

    /// <summary>What <c>PutRecords</c> takes.</summary>
    public static BatchLimits BatchLimits { get; } = new(500, 5 * 1024 * 1024);

    /// <inheritdoc/>
    public override string Type => "awskinesis";

    /// <inheritdoc/>
    protected override BatchLimits Limits => BatchLimits;

    /// <inheritdoc/>
    protected override string ReceiptName => "sequenceNumber";

    /// <inheritdoc/>
    protected override IBatchSender Open(Function function) => new RecordsSender(
        _client, AwsTarget.Read(function.Provider, _client.Service), RecordsProtocol.Kinesis, CommonSettings.Find(function.Provider, NameField)!);

    /// <inheritdoc/>
    protected override BatchRecord ToRecord(Function function, Invocation invocation)
    {
        var key = Shorten(invocation.FindPartitionKey() ?? invocation.EventId, MaxKeyLength);
        var data = invocation.Payload.Body;
        return new BatchRecord(data, data.Length + Encoding.UTF8.GetByteCount(key), key);
    }

    private protected override string? ReadResource(SettingsReader settings) =>
        settings.Required(NameField, Accepted, static name => ResourceNames.IsName(name, 128));
}
