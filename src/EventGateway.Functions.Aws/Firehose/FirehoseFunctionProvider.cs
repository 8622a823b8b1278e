using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Resources;
using EventGateway.Functions.Aws.Batching;
using EventGateway.Functions.Aws.Calls;

namespace EventGateway.Functions.Aws.Firehose;

/// <summary>
/// Puts events into Firehose delivery streams: type <c>awsfirehose</c>, settings
/// <c>{"deliveryStreamName": …, "region": …}</c>.
/// </summary>
internal sealed class FirehoseFunctionProvider(AwsConnections connections) : StreamFunctionProvider(connections, RecordsProtocol.Firehose)
{
    private static readonly BatchLimits BatchLimits = new(500, 4 * 1024 * 1024, 1000 * 1024);

    /// <inheritdoc/>
    public override string Type => "awsfirehose";

    /// <inheritdoc/>
    protected override string ReceiptName => "recordId";

    /// <inheritdoc/>
    protected override string NameField => "deliveryStreamName";

    /// <inheritdoc/>
    protected override int MaxNameLength => 64;

    /// <inheritdoc/>
    protected override string Kind => "Firehose delivery stream";

    /// <inheritdoc/>
    protected override BatchLimits LimitsOf(Function function) => BatchLimits;

    /// <inheritdoc/>
    protected override BatchRecord ToRecord(Function function, Invocation invocation) =>
        new(invocation.Payload.Body, invocation.Payload.Body.Length);
}
