using EventGateway.Aws.Batching;
using EventGateway.Aws.Calls;
using EventGateway.Aws.Settings;

namespace EventGateway.Aws.Firehose;

/// <summary>Makes <c>PutRecordBatch</c> calls for one delivery stream.</summary>
internal sealed class FirehoseSender(AwsClient client, AwsTarget target, string streamName) : IBatchSender
{
    /// <inheritdoc/>
    public async ValueTask<BatchItem[]> SendAsync(IReadOnlyList<BatchRecord> records, CancellationToken cancellationToken)
    {
        var body = JsonBody.Write((records, streamName), JsonBody.SizeOf(records), static (json, batch) =>
        {
            json.WriteString("DeliveryStreamName"u8, batch.streamName);
            json.WriteStartArray("Records"u8);
            foreach (var record in batch.records)
            {
                json.WriteStartObject();
                json.WriteBase64String("Data"u8, record.Data.Span);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
        var request = new AwsRequest("/", body.WrittenMemory, JsonBody.MediaType) { Operation = "Firehose_20150804.PutRecordBatch" };
        using var answer = await client.SendAsync(target, request, cancellationToken);
        if (answer.Failure is null)
        {
            // Else a transport may not have done with it.
            body.Dispose();
        }

        return RecordsAnswer.Read(answer, "Firehose", "RequestResponses", "RecordId", records.Count);
    }
}
