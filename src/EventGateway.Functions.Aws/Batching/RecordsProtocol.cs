namespace EventGateway.Functions.Aws.Batching;

/// <summary>The names in the requests and answers of a service for records. Kinesis and Firehose differ only in these.</summary>
/// <param name="Service">The service's name, for the operator.</param>
/// <param name="Host">The service's name in host names and signatures.</param>
/// <param name="Operation">The operation, with the version of the API.</param>
/// <param name="Stream">The field of the request that names the stream.</param>
/// <param name="Results">The field of the answer that has an entry for each record.</param>
/// <param name="Receipt">The field of an entry that has the record's id.</param>
internal sealed record RecordsProtocol(string Service, string Host, string Operation, string Stream, string Results, string Receipt)
{
    /// <summary><c>PutRecords</c> of Kinesis.</summary>
    public static RecordsProtocol Kinesis { get; } =
        new("Kinesis", "kinesis", "Kinesis_20131202.PutRecords", "StreamName", "Records", "SequenceNumber");

    /// <summary><c>PutRecordBatch</c> of Firehose.</summary>
    public static RecordsProtocol Firehose { get; } =
        new("Firehose", "firehose", "Firehose_20150804.PutRecordBatch", "DeliveryStreamName", "RequestResponses", "RecordId");
}
