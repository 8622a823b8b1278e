using Amazon;
using EventGateway.Abstractions.Settings;
using EventGateway.Functions.Aws.Settings;

namespace EventGateway.Functions.Aws.Sqs;

/// <summary>The settings of the type <c>awssqs</c>.</summary>
/// <param name="QueueUrl">The URL of the queue: <c>queueUrl</c>. When it names a region of AWS, <c>region</c> must name the same.</param>
/// <param name="Common">The settings that all types have.</param>
internal sealed record SqsSettings(string QueueUrl, CommonSettings Common) : AwsSettings(Common)
{
    private const string Accepted = "the URL of an SQS queue, such as https://sqs.us-east-1.amazonaws.com/123456789012/name";

    /// <summary>Whether the queue keeps the order of a message group.</summary>
    public bool IsFifo { get; } = QueueUrl.EndsWith(".fifo", StringComparison.Ordinal);

    // A queue outside AWS is where its URL says, whatever the region's endpoint.
    /// <inheritdoc/>
    public override Uri? Server
    {
        get
        {
            var queue = new Uri(QueueUrl);
            return queue.Host.EndsWith(SuffixOf(Common.Region), StringComparison.OrdinalIgnoreCase)
                ? null
                : new Uri(queue.GetLeftPart(UriPartial.Authority));
        }
    }

    /// <summary>Reads settings.</summary>
    public static SqsSettings Read(JsonFields fields)
    {
        var url = fields.Required("queueUrl", Accepted, IsQueue) ?? "";
        var settings = new SqsSettings(url, CommonSettings.Read(fields));
        if (fields.AreChecked && url.Length > 0 && settings.Common.Region is { Length: > 0 } region)
        {
            CheckRegion(fields, new Uri(url).Host, region);
        }

        return settings;
    }

    /// <inheritdoc/>
    protected override void WriteOwn(SettingsWriter writer) => writer.Write("queueUrl", QueueUrl);

    private static void CheckRegion(JsonFields fields, string host, string region)
    {
        if (host.StartsWith("sqs.", StringComparison.Ordinal) && host.EndsWith(SuffixOf(region), StringComparison.Ordinal) && host != "sqs." + region + SuffixOf(region))
        {
            fields.Refuse("region", $"must be the region of {fields.PathOf("queueUrl")}, {host.Split('.')[1]}");
        }
    }

    private static bool IsQueue(string text) =>
        CommonSettings.IsUrl(text) && new Uri(text) is { Query: "", Fragment: "", UserInfo: "", AbsolutePath.Length: > 1 };

    private static string SuffixOf(string region) => "." + RegionEndpoint.GetBySystemName(region).PartitionDnsSuffix;
}
