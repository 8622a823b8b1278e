using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Amazon;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Resources;
using EventGateway.Functions.Aws.Batching;
using EventGateway.Functions.Aws.Calls;
using EventGateway.Functions.Aws.Settings;

namespace EventGateway.Functions.Aws.Sqs;

/// <summary>
/// Sends events to SQS queues: type <c>awssqs</c>, settings <c>{"queueUrl": …, "region": …}</c>. In a FIFO queue the
/// message group is the event's <c>partitionkey</c> extension, else its type, and the deduplication id is made of what
/// identifies the event, its source and id.
/// </summary>
internal sealed class SqsFunctionProvider(AwsConnections connections) : BatchingFunctionProvider(connections.TimeProvider)
{
    private const string UrlField = "queueUrl";
    private const string Accepted = "the URL of an SQS queue, such as https://sqs.us-east-1.amazonaws.com/123456789012/name";
    private const int MaxIdLength = 128;

    private static readonly SearchValues<char> IdCharacters = SearchValues.Create(
        "!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~");

    private static readonly SearchValues<byte> NotText = SearchValues.Create(
        [.. Enumerable.Range(0, ' ').Select(static octet => (byte)octet).Except("\t\n\r"u8.ToArray())]);

    /// <summary>
    /// What <c>SendMessageBatch</c> takes. How large a message may be is a setting of the queue, at most 1 MiB; older queues,
    /// and emulators, stay at 256 KiB, so that no more goes together.
    /// </summary>
    public static BatchLimits BatchLimits { get; } = new(10, 256 * 1024, 1024 * 1024)
    {
        // Its batches are so small that it takes many of them to get as far as other services with a few.
        Calls = 64,
    };

    // One call after the other, so that none gets ahead of an earlier one.
    private static readonly BatchLimits FifoLimits = BatchLimits with { Calls = 1 };

    /// <inheritdoc/>
    public override string Type => "awssqs";

    /// <inheritdoc/>
    protected override string ReceiptName => "messageId";

    /// <inheritdoc/>
    protected override BatchLimits LimitsOf(Function function) => IsFifo(function) ? FifoLimits : BatchLimits;

    /// <inheritdoc/>
    protected override IBatchSender Open(Function function)
    {
        var target = AwsTarget.Read(function.Provider, "sqs");
        var endpoint = target.IsEmulated ? target.Endpoint : ServerOf(function.Provider) ?? target.Endpoint;
        return new SqsSender(SqsSender.CreateClient(connections, target, endpoint), connections, target, Url(function.Provider));
    }

    /// <inheritdoc/>
    protected override BatchRecord ToRecord(Function function, Invocation invocation)
    {
        var data = invocation.Payload.Body;
        if (data.Span.ContainsAny(NotText) || !Utf8.IsValid(data.Span))
        {
            // A queue takes text, without most control characters; the data of a binary event may be anything.
            data = Encoding.UTF8.GetBytes(Convert.ToBase64String(data.Span));
        }

        return IsFifo(function)
            ? new BatchRecord(data, data.Length, ToId(invocation.FindPartitionKey() ?? invocation.EventType), Identify(invocation))
            : new BatchRecord(data, data.Length);
    }

    private protected override string? ReadResource(SettingsReader settings) =>
        settings.Required(UrlField, Accepted, static text => CommonSettings.IsUrl(text) && new Uri(text) is { Query: "", Fragment: "", UserInfo: "", AbsolutePath.Length: > 1 });

    private protected override void CheckTogether(SettingsReader settings, string resource, string region)
    {
        var host = new Uri(resource).Host;
        if (host.StartsWith("sqs.", StringComparison.Ordinal) && host.EndsWith(SuffixOf(region), StringComparison.Ordinal) && host != "sqs." + region + SuffixOf(region))
        {
            settings.Refuse($"provider.{CommonSettings.Region} must be the region of provider.{UrlField}, {host.Split('.')[1]}");
        }
    }

    // A queue outside AWS is where its URL says, whatever the region's endpoint.
    private protected override Uri? ServerOf(JsonElement settings)
    {
        var queue = new Uri(Url(settings));
        return queue.Host.EndsWith(SuffixOf(CommonSettings.Find(settings, CommonSettings.Region)!), StringComparison.OrdinalIgnoreCase)
            ? null
            : new Uri(queue.GetLeftPart(UriPartial.Authority));
    }

    private static string SuffixOf(string region) => "." + RegionEndpoint.GetBySystemName(region).PartitionDnsSuffix;

    private static bool IsFifo(Function function) => Url(function.Provider).EndsWith(".fifo", StringComparison.Ordinal);

    private static string Url(JsonElement settings) => CommonSettings.Find(settings, UrlField)!;

    // Ids are unique within a source; the length keeps the two apart.
    private static string Identify(Invocation invocation)
    {
        var source = invocation.FindSource() ?? string.Empty;
        return Shorten($"{source.Length}:{source}{invocation.EventId}", 0);
    }

    private static string ToId(string text) =>
        text.AsSpan().ContainsAnyExcept(IdCharacters) ? Shorten(text, 0) : Shorten(text, MaxIdLength);
}
