using System.Globalization;
using System.Net;
using System.Text;
using Amazon.Runtime;
using Amazon.SQS;
using Amazon.SQS.Model;
using EventGateway.Functions.Aws.Batching;
using EventGateway.Functions.Aws.Calls;
using EventGateway.Functions.Aws.Settings;

namespace EventGateway.Functions.Aws.Sqs;

/// <summary>Makes <c>SendMessageBatch</c> calls for one queue.</summary>
internal sealed class SqsSender(IAmazonSQS client, AwsConnections connections, AwsTarget target, string queueUrl) : IBatchSender
{
    private const string Name = "SQS";

    /// <summary>Creates the SDK's client for a function.</summary>
    /// <param name="connections">The connections of all services.</param>
    /// <param name="target">The region and the credentials.</param>
    /// <param name="endpoint">The address of the service.</param>
    public static IAmazonSQS CreateClient(AwsConnections connections, AwsTarget target, Uri endpoint) =>
        new AmazonSQSClient(ToCredentials(connections, target), new AmazonSQSConfig
        {
            ServiceURL = endpoint.ToString(),
            AuthenticationRegion = target.Region,
            HttpClientFactory = connections.ClientFactory,
            Timeout = Timeout.InfiniteTimeSpan,
            // The dispatcher retries deliveries, with the subscription's policy and deadline.
            MaxErrorRetry = 0,
        });

    /// <inheritdoc/>
    public async ValueTask<BatchItem[]> SendAsync(IReadOnlyList<BatchRecord> records, CancellationToken cancellationToken)
    {
        var entries = new List<SendMessageBatchRequestEntry>(records.Count);
        for (var i = 0; i < records.Count; i++)
        {
            entries.Add(new SendMessageBatchRequestEntry
            {
                Id = $"{i}",
                MessageBody = Encoding.UTF8.GetString(records[i].Data.Span),
                MessageGroupId = records[i].Key,
                MessageDeduplicationId = records[i].Id,
            });
        }

        try
        {
            var keys = target.Keys ?? await connections.Ambient.GetAsync(cancellationToken);
            return await SendAsync(new SendMessageBatchRequest(queueUrl, entries), keys, cancellationToken);
        }
        catch (Exception exception) when (exception is AmazonClientException or AmazonServiceException or HttpRequestException or IOException or WebException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return BatchItem.OfWholeCall(connections.Describe(Name, exception), records.Count);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            return BatchItem.OfWholeCall(connections.Describe(Name, exception), records.Count);
        }
    }

    private async ValueTask<BatchItem[]> SendAsync(SendMessageBatchRequest request, AwsKeys keys, CancellationToken cancellationToken)
    {
        try
        {
            return Read(await client.SendMessageBatchAsync(request, cancellationToken), request.Entries.Count, keys);
        }
        catch (AmazonServiceException exception) when (exception.StatusCode != default)
        {
            return BatchItem.OfWholeCall(
                AwsErrors.ToResult(Name, exception.ErrorCode, keys.HideIn(exception.Message), (int)exception.StatusCode), request.Entries.Count);
        }
    }

    private static BatchItem[] Read(SendMessageBatchResponse answer, int count, AwsKeys keys)
    {
        var items = new BatchItem[count];
        Array.Fill(items, new BatchItem(AwsErrors.Unintelligible(Name), null));
        foreach (var entry in answer.Successful ?? [])
        {
            if (TryFind(entry.Id, count, out var i))
            {
                items[i] = new BatchItem(null, entry.MessageId);
            }
        }

        foreach (var entry in answer.Failed ?? [])
        {
            if (TryFind(entry.Id, count, out var i))
            {
                // An entry has no status, but says whether the sender caused the failure.
                var status = entry.SenderFault is true ? 400 : 500;
                items[i] = new BatchItem(AwsErrors.ToResult(Name, entry.Code, keys.HideIn(entry.Message), status), null);
            }
        }

        return items;
    }

    private static bool TryFind(string? id, int count, out int i) =>
        int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out i) && i < count;

    private static AWSCredentials ToCredentials(AwsConnections connections, AwsTarget target) => target.Keys switch
    {
        null => connections.Ambient,
        { SessionToken: { } token } keys => new SessionAWSCredentials(keys.AccessKeyId, keys.SecretAccessKey.Reveal(), token.Reveal()),
        var keys => new BasicAWSCredentials(keys.AccessKeyId, keys.SecretAccessKey.Reveal()),
    };
}
