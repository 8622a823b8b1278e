using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EventGateway.Benchmarks.Peers;

/// <summary>Takes the batch calls of SQS and Kinesis, one record or many, and keeps nothing.</summary>
internal static class AwsPeer
{
    public static async Task RunAsync(int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var app = builder.Build();
        app.Urls.Add($"http://127.0.0.1:{port}");
        app.Run(static async context =>
        {
            if (HttpMethods.IsGet(context.Request.Method))
            {
                return;
            }

            var request = (await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted))!;
            context.Response.ContentType = "application/x-amz-json-1.1";
            await context.Response.WriteAsync(request["Entries"] is JsonArray entries ? Send(entries) : Put(request["Records"]!.AsArray()));
        });
        await app.RunAsync();
    }

    private static string Send(JsonArray entries)
    {
        var answer = new StringBuilder("{\"Successful\":[");
        foreach (var entry in entries)
        {
            var body = entry!["MessageBody"]!.GetValue<string>();
            answer.Append(answer.Length == 15 ? string.Empty : ",")
                .Append($"{{\"Id\":\"{entry["Id"]}\",\"MessageId\":\"m\",\"MD5OfMessageBody\":\"{Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(body)))}\"}}");
        }

        return answer.Append("]}").ToString();
    }

    private static string Put(JsonArray records) =>
        $"{{\"Records\":[{string.Join(',', Enumerable.Repeat("{\"SequenceNumber\":\"49\",\"ShardId\":\"shardId-0\"}", records.Count))}]}}";
}
