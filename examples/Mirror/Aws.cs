using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Mirror;

/// <summary>Stands in for streams and queues of AWS: prints each request and stores nothing.</summary>
internal static class Aws
{
    private static int _last;

    /// <summary>Returns whether a request calls an AWS service. The services that this class stands in for name the operation in a header.</summary>
    public static bool IsAwsCall(HttpContext context) => context.Request.Headers.ContainsKey("X-Amz-Target");

    /// <summary>Answers as the service does after it has stored every record.</summary>
    public static async Task AnswerAsync(HttpContext context)
    {
        var call = (await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted))!;
        Console.WriteLine($"{context.Request.Headers["X-Amz-Target"]} {call.ToJsonString()}");
        JsonObject answer = context.Request.Headers["X-Amz-Target"].ToString() switch
        {
            "Kinesis_20131202.PutRecords" => new()
            {
                ["FailedRecordCount"] = 0,
                ["Records"] = Each(call["Records"], _ => new() { ["ShardId"] = "shardId-000000000000", ["SequenceNumber"] = Next() }),
            },
            "Firehose_20150804.PutRecordBatch" => new()
            {
                ["FailedPutCount"] = 0,
                ["RequestResponses"] = Each(call["Records"], _ => new() { ["RecordId"] = Next() }),
            },
            "AmazonSQS.SendMessageBatch" => new() { ["Successful"] = Each(call["Entries"], MessageResult), ["Failed"] = new JsonArray() },
            _ => MessageResult(call),
        };
        await context.Response.WriteAsync(answer.ToJsonString(), context.RequestAborted);
    }

    // The result for a message of SQS. The sender compares the digest with its own. SQS requires MD5.
    private static JsonObject MessageResult(JsonNode message) => new()
    {
        ["Id"] = (string?)message["Id"],
        ["MessageId"] = Next(),
        ["MD5OfMessageBody"] = Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes((string?)message["MessageBody"] ?? ""))),
    };

    private static JsonArray Each(JsonNode? items, Func<JsonNode, JsonObject> answer) =>
        [.. (items as JsonArray ?? []).Select(item => answer(item!))];

    private static string Next() => $"{Interlocked.Increment(ref _last)}";
}
