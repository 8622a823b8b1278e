using System.Buffers;
using System.Text;
using System.Text.Unicode;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Settings;
using EventGateway.Functions.Aws.Batching;
using EventGateway.Functions.Aws.Calls;

namespace EventGateway.Functions.Aws.Sqs;

/// <summary>
/// Sends events to SQS queues: type <c>awssqs</c>, settings <c>{"queueUrl": …, "region": …}</c>. In a FIFO queue the
/// message group is the event's <c>partitionkey</c> extension, or its type without one. The deduplication id is made of the event's
/// source and id.
/// </summary>
internal sealed class SqsFunctionProvider(AwsConnections connections) : BatchingFunctionProvider<SqsSettings>(connections.TimeProvider)
{
    private const int MaxIdLength = 128;

    private static readonly SearchValues<char> IdCharacters = SearchValues.Create(
        "!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~");

    private static readonly SearchValues<byte> NotText = SearchValues.Create(
        [.. Enumerable.Range(0, ' ').Select(static octet => (byte)octet).Except("\t\n\r"u8.ToArray())]);

    /// <summary>
    /// The limits of <c>SendMessageBatch</c>. The size of a message is limited by the queue, to at most 1 MiB. Older queues and
    /// emulators accept 256 KiB, so a batch is not larger.
    /// </summary>
    public static BatchLimits BatchLimits { get; } = new(10, 256 * 1024, 1024 * 1024)
    {
        // Batches are small, so more calls are needed than with other services.
        Calls = 64,
    };

    // One call at a time keeps the order.
    private static readonly BatchLimits FifoLimits = BatchLimits with { Calls = 1 };

    /// <inheritdoc/>
    public override string Type => "awssqs";

    /// <inheritdoc/>
    protected override string ReceiptName => "messageId";

    /// <inheritdoc/>
    protected override SqsSettings Read(JsonFields fields) => SqsSettings.Read(fields);

    /// <inheritdoc/>
    protected override BatchLimits LimitsOf(SqsSettings settings) => settings.IsFifo ? FifoLimits : BatchLimits;

    /// <inheritdoc/>
    protected override IBatchSender Open(SqsSettings settings)
    {
        var target = AwsTarget.Create(settings.Common, "sqs");
        var endpoint = target.IsEmulated ? target.Endpoint : settings.Server ?? target.Endpoint;
        return new SqsSender(SqsSender.CreateClient(connections, target, endpoint), connections, target, settings.QueueUrl);
    }

    /// <inheritdoc/>
    protected override BatchRecord ToRecord(SqsSettings settings, Invocation invocation)
    {
        var data = invocation.Payload.Body;
        if (data.Span.ContainsAny(NotText) || !Utf8.IsValid(data.Span))
        {
            // A queue accepts text without most control characters. The data of a binary event may be any bytes.
            data = Encoding.UTF8.GetBytes(Convert.ToBase64String(data.Span));
        }

        return settings.IsFifo
            ? new BatchRecord(data, data.Length, ToId(invocation.FindPartitionKey() ?? invocation.EventType), Identify(invocation))
            : new BatchRecord(data, data.Length);
    }

    // Ids are unique within a source. The length separates source and id.
    private static string Identify(Invocation invocation)
    {
        var source = invocation.FindSource() ?? string.Empty;
        return Shorten($"{source.Length}:{source}{invocation.EventId}", 0);
    }

    private static string ToId(string text) =>
        text.AsSpan().ContainsAnyExcept(IdCharacters) ? Shorten(text, 0) : Shorten(text, MaxIdLength);
}
