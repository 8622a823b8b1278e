using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Aws;

/// <summary>SQS queues and Firehose delivery streams, whose stand-in checks the signatures.</summary>
public sealed class QueueTests(AwsGateway running) : IClassFixture<AwsGateway>
{
    private const string Queue = "https://sqs.eu-central-1.amazonaws.com/123456789012/";

    [Theory]
    [InlineData("awssqs", true)]
    [InlineData("awssqs", false)]
    [InlineData("awsfirehose", true)]
    [InlineData("awsfirehose", false)]
    public async Task An_event_arrives_with_own_and_with_ambient_credentials(string type, bool own)
    {
        var (name, resource) = await SubscribeAsync(type, own ? AwsStub.Secret : null);

        (await running.SendAsync(name, "1")).Status.ShouldBe(202);

        var records = await RecordsAsync(resource, 1);
        JsonNode.Parse(records[0].Body)!["id"]!.GetValue<string>().ShouldBe("1");
    }

    [Theory]
    [InlineData("awssqs", "messageId")]
    [InlineData("awsfirehose", "recordId")]
    public async Task A_sync_subscription_tells_the_sender_the_id_that_the_service_gave(string type, string field)
    {
        var (name, _) = await SubscribeAsync(type, AwsStub.Secret, subscription: "sync");

        var response = await running.SendAsync(name, "1");

        response.Status.ShouldBe(200, response.ToString());
        response.Json[field]!.GetValue<string>().ShouldNotBeEmpty();
    }

    [Fact]
    public async Task A_fifo_queue_gets_groups_and_deduplication_ids()
    {
        var (name, resource) = await SubscribeAsync("awssqs", AwsStub.Secret, suffix: ".fifo");

        (await running.SendAsync(name, "1", "customer-7")).Status.ShouldBe(202);
        (await running.SendAsync(name, "2")).Status.ShouldBe(202);

        var records = await RecordsAsync(resource, 2);
        records.Select(record => record.Group).Order().ShouldBe(new[] { name, "customer-7" }.Order());
        records.Select(record => record.Deduplication).Distinct().Count().ShouldBe(2);
    }

    [Theory]
    [InlineData("awssqs")]
    [InlineData("awsfirehose")]
    public async Task Wrong_credentials_are_told_to_a_waiting_sender_and_kept_with_a_dead_letter(string type)
    {
        var (waiting, _) = await SubscribeAsync(type, "wrong", subscription: "sync");
        var (name, resource) = await SubscribeAsync(type, "wrong");

        var response = await running.SendAsync(waiting, "1");
        (await running.SendAsync(name, "1")).Status.ShouldBe(202);

        response.Status.ShouldBe(502, response.ToString());
        response.Errors.ShouldBe(["Function call failed: the credentials of the function were refused."]);
        var letter = (await running.DeadLettersAsync(name, 1))[0];
        letter["attempts"]!.GetValue<int>().ShouldBe(1);
        letter["reason"]!.GetValue<string>().ShouldContain("refused the credentials of the call: InvalidSignatureException: The signature is not right.");
        running.Stub.RecordsOf(resource).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("awssqs")]
    [InlineData("awsfirehose")]
    public async Task Whatever_goes_wrong_for_a_while_nothing_is_lost(string type)
    {
        var (name, resource) = await SubscribeAsync(type, AwsStub.Secret);
        running.Stub.Fail(resource, AwsStub.Trouble.Dropped, AwsStub.Trouble.Throttled, AwsStub.Trouble.Unavailable, AwsStub.Trouble.Halved, AwsStub.Trouble.Halved);

        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => running.SendAsync(name, $"{i}")));

        answers.ShouldAllBe(answer => answer.Status == 202);
        var records = await RecordsAsync(resource, 40);
        // Each once: those of a batch that went through are not sent again for the sake of the others.
        records.Select(record => JsonNode.Parse(record.Body)!["id"]!.GetValue<string>()).Order().ShouldBe(Enumerable.Range(0, 40).Select(i => $"{i}").Order());
        (await running.DeadLettersAsync(name, 0)).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_under_way_at_once_shares_calls()
    {
        var (name, resource) = await SubscribeAsync("awssqs", AwsStub.Secret);

        await Task.WhenAll(Enumerable.Range(0, 300).Select(i => running.SendAsync(name, $"{i}")));

        var records = await RecordsAsync(resource, 300);
        records.Max(record => record.BatchSize).ShouldBeInRange(2, 10);
    }

    private async Task<(string Name, string Resource)> SubscribeAsync(string type, string? secret, string subscription = "async", string suffix = "")
    {
        var resource = (type == "awssqs" ? Queue : string.Empty) + "r" + running.NewName() + suffix;
        var provider = new JsonObject
        {
            [type == "awssqs" ? "queueUrl" : "deliveryStreamName"] = resource,
            ["region"] = "eu-central-1",
            ["endpoint"] = running.Stub.Url,
        };
        if (secret is not null)
        {
            provider["awsAccessKeyId"] = AwsStub.KeyId;
            provider["awsSecretAccessKey"] = secret;
        }

        return (await running.SubscribeAsync(type, provider, subscription), resource);
    }

    private async Task<IReadOnlyList<StubRecord>> RecordsAsync(string resource, int count)
    {
        await Eventually.TrueAsync(() => running.Stub.RecordsOf(resource).Count >= count, $"{resource} has {count} records", TimeSpan.FromSeconds(60));
        return running.Stub.RecordsOf(resource);
    }
}
