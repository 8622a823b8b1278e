using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Settings;
using EventGateway.Functions.Aws.Batching;
using EventGateway.Functions.Aws.Calls;

namespace EventGateway.Functions.Aws.Firehose;

/// <summary>
/// Puts events into Firehose delivery streams: type <c>awsfirehose</c>, settings
/// <c>{"deliveryStreamName": …, "region": …}</c>.
/// </summary>
internal sealed class FirehoseFunctionProvider(AwsConnections connections) : StreamFunctionProvider<FirehoseSettings>(connections, RecordsProtocol.Firehose)
{
    private static readonly BatchLimits BatchLimits = new(500, 4 * 1024 * 1024, 1000 * 1024);

    /// <inheritdoc/>
    public override string Type => "awsfirehose";

    /// <inheritdoc/>
    protected override string ReceiptName => "recordId";

    /// <inheritdoc/>
    protected override FirehoseSettings Read(JsonFields fields) => FirehoseSettings.Read(fields);

    /// <inheritdoc/>
    protected override BatchLimits LimitsOf(FirehoseSettings settings) => BatchLimits;

    /// <inheritdoc/>
    protected override BatchRecord ToRecord(FirehoseSettings settings, Invocation invocation) =>
        new(invocation.Payload.Body, invocation.Payload.Body.Length);
}
