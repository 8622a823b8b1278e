using EventGateway.Abstractions.Connections;
using EventGateway.Functions.Aws.Calls;

namespace EventGateway.Functions.Aws.Batching;

/// <summary>Puts batches of records into one stream of Kinesis or Firehose.</summary>
internal sealed class RecordsSender(AwsClient client, AwsTarget target, RecordsProtocol protocol, string streamName) : IBatchSender
{
    /// <inheritdoc/>
    public async ValueTask<BatchItem[]> SendAsync(IReadOnlyList<BatchRecord> records, CancellationToken cancellationToken)
    {
        var body = JsonBody.Write((records, protocol, streamName), JsonBody.SizeOf(records), static (json, batch) =>
        {
            json.WriteString(batch.protocol.Stream, batch.streamName);
            json.WriteStartArray("Records"u8);
            foreach (var record in batch.records)
            {
                json.WriteStartObject();
                json.WriteBase64String("Data"u8, record.Data.Span);
                if (record.Key is { } key)
                {
                    json.WriteString("PartitionKey"u8, key);
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
        var request = new AwsRequest("/", body.WrittenMemory, JsonBody.MediaType)
        {
            Operation = protocol.Operation,
            Via = Via.FindLongestPath(records.Select(static record => record.Via)),
        };
        using var answer = await client.SendAsync(target, request, cancellationToken);
        if (answer.Failure is { } failure)
        {
            // The body is not released: the transport may still read it.
            return BatchItem.OfWholeCall(failure, records.Count);
        }

        body.Dispose();
        return RecordsResponseReader.Read(answer.Body!.WrittenSpan, client.Name, protocol, records.Count, answer.Keys);
    }
}
