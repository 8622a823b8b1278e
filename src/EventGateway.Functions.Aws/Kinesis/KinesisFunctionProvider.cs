using System.Text;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Settings;
using EventGateway.Functions.Aws.Batching;
using EventGateway.Functions.Aws.Calls;

namespace EventGateway.Functions.Aws.Kinesis;

/// <summary>
/// Puts events into Kinesis data streams: type <c>awskinesis</c>, settings <c>{"streamName": …, "region": …}</c>. The
/// partition key is the event's <c>partitionkey</c> extension, else its id.
/// </summary>
internal sealed class KinesisFunctionProvider(AwsConnections connections) : StreamFunctionProvider<KinesisSettings>(connections, RecordsProtocol.Kinesis)
{
    private const int MaxKeyLength = 256;

    /// <summary>What <c>PutRecords</c> takes. How large a record may be is a setting of the stream, by default 1 MiB, at most 10.</summary>
    public static BatchLimits BatchLimits { get; } = new(500, 5 * 1024 * 1024, 10 * 1024 * 1024);

    /// <inheritdoc/>
    public override string Type => "awskinesis";

    /// <inheritdoc/>
    protected override string ReceiptName => "sequenceNumber";

    /// <inheritdoc/>
    protected override KinesisSettings Read(JsonFields fields) => KinesisSettings.Read(fields);

    /// <inheritdoc/>
    protected override BatchLimits LimitsOf(KinesisSettings settings) => BatchLimits;

    /// <inheritdoc/>
    protected override BatchRecord ToRecord(KinesisSettings settings, Invocation invocation)
    {
        var key = Shorten(invocation.FindPartitionKey() ?? invocation.EventId, MaxKeyLength);
        var data = invocation.Payload.Body;
        return new BatchRecord(data, data.Length + Encoding.UTF8.GetByteCount(key), key);
    }
}
