using System.Net;
using System.Text;
using Amazon.Runtime;
using Amazon.SQS;
using Amazon.SQS.Model;
using EventGateway.Aws.Batching;
using EventGateway.Aws.Calls;
using EventGateway.Aws.Settings;
using EventGateway.Core.Functions;

namespace EventGateway.Aws.Sqs;

/// <summary>Makes <c>SendMessageBatch</c> calls for one queue.</summary>
internal sealed class SqsSender(IAmazonSQS client, AwsConnections connections, AwsTarget target, string queueUrl) : IBatchSender
{
    private const string Name = "SQS";

    /// <summary>Makes the client of the SDK for a function.</summary>
    /// <param name="connections">What all services share.</param>
    /// <param name="target">As whom the service is called.</param>
    /// <param name="endpoint">Where it is.</param>
    public static IAmazonSQS CreateClient(AwsConnections connections, AwsTarget target, Uri endpoint) =>
        new AmazonSQSClient(ToCredentials(connections, target), new AmazonSQSConfig
        {
            ServiceURL = endpoint.ToString(),
            AuthenticationRegion = target.Region,
            HttpClientFactory = connections.ClientFactory,
            Timeout = Timeout.InfiniteTimeSpan,
            // Deliveries are repeated by the dispatcher, which knows the subscription's policy and deadline.
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
            if (target.Keys is null)
            {
                await connections.Ambient.GetAsync(cancellationToken);
            }

            var answer = await client.SendMessageBatchAsync(new SendMessageBatchRequest(queueUrl, entries), cancellationToken);
            return Read(answer, records.Count);
        }
        catch (AmazonServiceException exception) when (exception.StatusCode != default)
        {
            return All(
                AwsErrors.ToResult(Name, exception.ErrorCode, target.Keys?.HideIn(exception.Message) ?? exception.Message, (int)exception.StatusCode),
                records.Count);
        }
        catch (Exception exception) when (exception is AmazonClientException or AmazonServiceException or HttpRequestException or IOException or WebException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return All(connections.Describe(Name, exception), records.Count);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            return All(connections.Describe(Name, exception), records.Count);
        }
    }

    private static BatchItem[] Read(SendMessageBatchResponse answer, int count)
    {
        var items = All(new FunctionResult(FunctionOutcome.Retryable) { Error = $"{Name} does not say what became of the event." }, count);
        foreach (var entry in answer.Successful ?? [])
        {
            items[int.Parse(entry.Id)] = new BatchItem(null, entry.MessageId);
        }

        foreach (var entry in answer.Failed ?? [])
        {
            // Entries have no status, but say whose fault it is.
            var status = entry.SenderFault is true ? 400 : 500;
            items[int.Parse(entry.Id)] = new BatchItem(AwsErrors.ToResult(Name, entry.Code, entry.Message, status), null);
        }

        return items;
    }

    private static BatchItem[] All(FunctionResult failure, int count) => [.. Enumerable.Repeat(new BatchItem(failure, null), count)];

    private static AWSCredentials ToCredentials(AwsConnections connections, AwsTarget target) => target.Keys switch
    {
        null => connections.Ambient,
        { SessionToken: { } token } keys => new SessionAWSCredentials(keys.AccessKeyId, keys.SecretAccessKey, token),
        var keys => new BasicAWSCredentials(keys.AccessKeyId, keys.SecretAccessKey),
    };
}
