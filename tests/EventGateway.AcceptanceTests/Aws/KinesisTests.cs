using System.Text;
using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Aws;

/// <summary>Kinesis data streams, in kinesalite.</summary>
public sealed class KinesisTests(AwsGateway running) : IClassFixture<AwsGateway>
{
    [Fact]
    public async Task Events_arrive_with_their_partition_keys()
    {
        await using var kinesis = await Emulator.StartKinesisAsync();
        await CreateStreamAsync(kinesis, "events");
        var name = await running.SubscribeAsync("awskinesis", Provider("events", kinesis.Url));

        (await running.SendAsync(name, "keyed", "customer-7")).Status.ShouldBe(202);
        (await running.SendAsync(name, "plain")).Status.ShouldBe(202);

        var records = await RecordsAsync(kinesis, "events", 2);
        records.Select(record => record.Key).Order().ShouldBe(["customer-7", "plain"]);
        records.ShouldAllBe(record => record.Event["type"]!.GetValue<string>() == name);
    }

    [Fact]
    public async Task A_sync_subscription_tells_the_sender_the_sequence_number()
    {
        await using var kinesis = await Emulator.StartKinesisAsync();
        await CreateStreamAsync(kinesis, "events");
        var name = await running.SubscribeAsync("awskinesis", Provider("events", kinesis.Url), "sync");

        var response = await running.SendAsync(name, "1");

        response.Status.ShouldBe(200, response.ToString());
        response.Json["sequenceNumber"]!.GetValue<string>().ShouldNotBeEmpty();
    }

    [Fact]
    public async Task A_service_that_goes_away_and_comes_back_loses_nothing()
    {
        var kinesis = await Emulator.StartKinesisAsync();
        var port = kinesis.Port;
        var name = await running.SubscribeAsync("awskinesis", Provider("events", kinesis.Url));
        await kinesis.DisposeAsync();

        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => running.SendAsync(name, $"{i}")));
        await using var again = await Emulator.StartKinesisAsync(port);
        // Until then the stream is not there, which passes as well.
        await CreateStreamAsync(again, "events");

        var records = await RecordsAsync(again, "events", 20);
        records.Select(record => record.Event["id"]!.GetValue<string>()).Distinct().Count().ShouldBe(20);
    }

    private static JsonObject Provider(string stream, string endpoint) => new()
    {
        ["streamName"] = stream,
        ["region"] = "us-east-1",
        ["endpoint"] = endpoint,
        ["awsAccessKeyId"] = "any",
        ["awsSecretAccessKey"] = "any",
    };

    private static async Task CreateStreamAsync(Emulator kinesis, string stream)
    {
        await CallAsync(kinesis, "CreateStream", new JsonObject { ["StreamName"] = stream, ["ShardCount"] = 1 });
        await Eventually.TrueAsync(
            async () => (await CallAsync(kinesis, "DescribeStream", new JsonObject { ["StreamName"] = stream }))["StreamDescription"]!["StreamStatus"]!
                .GetValue<string>() == "ACTIVE",
            "the stream is there");
    }

    private static async Task<IReadOnlyList<(string Key, JsonNode Event)>> RecordsAsync(Emulator kinesis, string stream, int count)
    {
        IReadOnlyList<(string Key, JsonNode Event)> records = [];
        await Eventually.TrueAsync(
            async () =>
            {
                var iterator = await CallAsync(kinesis, "GetShardIterator", new JsonObject
                {
                    ["StreamName"] = stream,
                    ["ShardId"] = "shardId-000000000000",
                    ["ShardIteratorType"] = "TRIM_HORIZON",
                });
                var answer = await CallAsync(kinesis, "GetRecords", new JsonObject { ["ShardIterator"] = iterator["ShardIterator"]!.GetValue<string>() });
                records =
                [
                    .. answer["Records"]!.AsArray().Select(record => (
                        record!["PartitionKey"]!.GetValue<string>(),
                        JsonNode.Parse(Convert.FromBase64String(record["Data"]!.GetValue<string>()))!)),
                ];
                return records.Count >= count;
            },
            $"the stream has {count} records",
            TimeSpan.FromSeconds(60));
        return records;
    }

    // It wants to see a signature, whatever that is.
    private static async Task<JsonNode> CallAsync(Emulator kinesis, string operation, JsonObject body)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, kinesis.Url)
        {
            Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/x-amz-json-1.1"),
        };
        request.Headers.TryAddWithoutValidation("X-Amz-Target", "Kinesis_20131202." + operation);
        request.Headers.TryAddWithoutValidation("X-Amz-Date", "20260101T000000Z");
        request.Headers.TryAddWithoutValidation(
            "Authorization", "AWS4-HMAC-SHA256 Credential=any/20260101/us-east-1/kinesis/aws4_request, SignedHeaders=host, Signature=any");
        using var response = await client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        response.IsSuccessStatusCode.ShouldBeTrue(text);
        return text.Length == 0 ? new JsonObject() : JsonNode.Parse(text)!;
    }
}
