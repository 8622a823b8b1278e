using EventGateway.Aws.Batching;
using EventGateway.Aws.Calls;
using EventGateway.Aws.Settings;

namespace EventGateway.Aws.Kinesis;

/// <summary>Makes <c>PutRecords</c> calls for one stream.</summary>
internal sealed class KinesisSender(AwsClient client, AwsTarget target, string streamName) : IBatchSender
{
    /// <inheritdoc/>
    public async ValueTask<BatchItem[]> SendAsync(IReadOnlyList<BatchRecord> records, CancellationToken cancellationToken)
    {
        var body = JsonBody.Write((records, streamName), JsonBody.SizeOf(records), static (json, batch) =>
        {
            json.WriteString("StreamName"u8, batch.streamName);
            json.WriteStartArray("Records"u8);
            foreach (var record in batch.records)
            {
                json.WriteStartObject();
                json.WriteBase64String("Data"u8, record.Data.Span);
                json.WriteString("PartitionKey"u8, record.Key);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
        var request = new AwsRequest("/", body.WrittenMemory, JsonBody.MediaType) { Operation = "Kinesis_20131202.PutRecords" };
        using var answer = await client.SendAsync(target, request, cancellationToken);
        if (answer.Failure is null)
        {
            // Else a transport may not have done with it.
            body.Dispose();
        }

        return RecordsAnswer.Read(answer, "Kinesis", "Records", "SequenceNumber", records.Count);
    }
}
