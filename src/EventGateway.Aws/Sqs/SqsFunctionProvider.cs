using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Amazon;
using EventGateway.Aws.Batching;
using EventGateway.Aws.Calls;
using EventGateway.Aws.Settings;
using EventGateway.Core.Functions;
using EventGateway.Core.Registry;

namespace EventGateway.Aws.Sqs;

/// <summary>
/// Sends events to SQS queues: type <c>awssqs</c>, settings <c>{"queueUrl": …, "region": …}</c>. In a FIFO queue the
/// message group is the event's <c>partitionkey</c> extension, else its type, and the deduplication id is the event's id.
/// </summary>
internal sealed class SqsFunctionProvider(AwsConnections connections) : BatchingFunctionProvider
{
    private const string UrlField = "queueUrl";
    private const string Accepted = "the URL of an SQS queue, such as https://sqs.us-east-1.amazonaws.com/123456789012/name";
    private const int MaxIdLength = 128;

    private static readonly SearchValues<char> IdCharacters = SearchValues.Create(
        "!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~");

    /// <summary>What <c>SendMessageBatch</c> takes.</summary>
    public static BatchLimits BatchLimits { get; } = new(10, 256 * 1024);

    /// <inheritdoc/>
    public override string Type => "awssqs";

    /// <inheritdoc/>
    protected override BatchLimits Limits => BatchLimits;

    /// <inheritdoc/>
    protected override string ReceiptName => "messageId";

    /// <inheritdoc/>
    protected override IBatchSender Open(Function function)
    {
        var target = AwsTarget.Read(function.Provider, "sqs");
        var queue = new Uri(Url(function));
        // A queue outside AWS is where its URL says, whatever the region's endpoint.
        var suffix = "." + RegionEndpoint.GetBySystemName(target.Region).PartitionDnsSuffix;
        var endpoint = target.IsEmulated || queue.Host.EndsWith(suffix, StringComparison.OrdinalIgnoreCase)
            ? target.Endpoint
            : new Uri(queue.GetLeftPart(UriPartial.Authority));
        return new SqsSender(SqsSender.CreateClient(connections, target, endpoint), connections, target, Url(function));
    }

    /// <inheritdoc/>
    protected override BatchRecord ToRecord(Function function, Invocation invocation)
    {
        var data = invocation.Payload.Body;
        if (!Utf8.IsValid(data.Span))
        {
            // A queue takes text; the data of a binary event may be anything.
            data = Encoding.UTF8.GetBytes(Convert.ToBase64String(data.Span));
        }

        return Url(function).EndsWith(".fifo", StringComparison.Ordinal)
            ? new BatchRecord(data, data.Length, ToId(invocation.FindPartitionKey() ?? invocation.EventType), ToId(invocation.EventId))
            : new BatchRecord(data, data.Length);
    }

    private protected override string? ReadResource(SettingsReader settings) =>
        settings.Required(UrlField, Accepted, static text => CommonSettings.IsUrl(text) && new Uri(text) is { Query: "", Fragment: "", UserInfo: "", AbsolutePath.Length: > 1 });

    private static string Url(Function function) => CommonSettings.Find(function.Provider, UrlField)!;

    private static string ToId(string text) =>
        text.AsSpan().ContainsAnyExcept(IdCharacters) ? Shorten(text, 0) : Shorten(text, MaxIdLength);
}
