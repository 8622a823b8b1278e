using System.Text;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Settings;
using EventGateway.Functions.Aws.Batching;
using EventGateway.Functions.Aws.Calls;

namespace EventGateway.Functions.Aws.Kinesis;

/// <summary>
/// Puts events into Kinesis data streams: type <c>awskinesis</c>, settings <c>{"streamName": …, "region": …}</c>. The
/// partition key is the event's <c>partitionkey</c> extension, or its id without one.
/// </summary>
internal sealed class KinesisFunctionProvider(AwsConnections connections) : StreamFunctionProvider<KinesisSettings>(connections, RecordsProtocol.Kinesis)
{
    private const int MaxKeyLength = 256;

    /// <summary>The limits of <c>PutRecords</c>. The size of a record is limited by the stream, to 1 MiB by default and at most 10 MiB.</summary>
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
