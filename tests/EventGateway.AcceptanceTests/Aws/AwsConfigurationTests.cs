using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Aws;

/// <summary>The settings of AWS functions in the Configuration API.</summary>
public sealed class AwsConfigurationTests(AwsGateway running) : IClassFixture<AwsGateway>
{
    private const string Arn = "arn:aws:lambda:us-east-1:123456789012:function:fn";

    [Theory]
    [InlineData("awslambda", """{"arn":"not-an-arn","region":"us-east-1"}""", "provider.arn")]
    [InlineData("awslambda", $$"""{"arn":"{{Arn}}","region":"mars"}""", "provider.region")]
    [InlineData("awslambda", $$"""{"arn":"{{Arn}}","region":"us-east-1","endpoint":"localhost"}""", "provider.endpoint")]
    [InlineData("awslambda", $$"""{"arn":"{{Arn}}","region":"us-east-1","awsAccessKeyId":"AKID"}""", "provider.awsSecretAccessKey")]
    [InlineData("awskinesis", """{"streamName":"a b","region":"us-east-1"}""", "provider.streamName")]
    [InlineData("awsfirehose", """{"region":"us-east-1"}""", "provider.deliveryStreamName")]
    [InlineData("awssqs", """{"queueUrl":"nourl","region":"us-east-1"}""", "provider.queueUrl")]
    public async Task A_setting_that_is_not_accepted_is_400_and_named(string type, string provider, string field)
    {
        var response = await PostAsync(running.NewName(), type, provider);

        response.Status.ShouldBe(400, response.ToString());
        response.Errors.ShouldHaveSingleItem().ShouldContain(field + " ");
    }

    [Fact]
    public async Task Secrets_are_shown_nowhere()
    {
        const string secret = "s3cr3t-of-the-key";
        const string token = "s3cr3t-of-the-session";
        // The id of a key that the service does not know: its refusal goes through everything that is shown.
        var name = await running.SubscribeAsync("awssqs", new JsonObject
        {
            ["queueUrl"] = "https://sqs.us-east-1.amazonaws.com/1/q",
            ["region"] = "us-east-1",
            ["endpoint"] = running.Stub.Url,
            ["awsAccessKeyId"] = "AKIDSTRANGER",
            ["awsSecretAccessKey"] = secret,
            ["awsSessionToken"] = token,
        });
        (await running.SendAsync(name, "1")).Status.ShouldBe(202);
        await running.DeadLettersAsync(name, 1);

        var shown = new List<string> { running.Gateway.Output };
        foreach (var path in new[] { $"functions/{name}", "functions", "subscriptions", $"deadletters?functionId={name}" })
        {
            var answer = await running.Gateway.Config.GetAsync("/v1/spaces/default/" + path);
            answer.Status.ShouldBe(200, answer.ToString());
            shown.Add(answer.ToString());
        }

        shown.Add((await running.Gateway.Config.GetAsync("/metrics")).Text);
        shown.ShouldAllBe(text => !text.Contains("s3cr3t"));
        shown[1].ShouldContain("\"awsSecretAccessKey\":\"*****\",\"awsSessionToken\":\"*****\"");
        shown[1].ShouldContain("AKIDSTRANGER");
    }

    [Fact]
    public async Task A_mask_that_comes_back_keeps_the_stored_secret()
    {
        var name = await running.SubscribeAsync("awsfirehose", new JsonObject
        {
            ["deliveryStreamName"] = "masked",
            ["region"] = "us-east-1",
            ["endpoint"] = running.Stub.Url,
            ["awsAccessKeyId"] = AwsStub.KeyId,
            ["awsSecretAccessKey"] = AwsStub.Secret,
        });
        var shown = (await running.Gateway.Config.GetAsync($"/v1/spaces/default/functions/{name}")).Json.AsObject();
        shown["provider"]!["deliveryStreamName"] = "renamed";

        var put = await running.Gateway.Config.SendAsync(RawRequest.Json("PUT", $"/v1/spaces/default/functions/{name}", shown.ToJsonString()));

        put.Status.ShouldBe(200, put.ToString());
        (await running.SendAsync(name, "1")).Status.ShouldBe(202);
        await Eventually.TrueAsync(() => running.Stub.RecordsOf("renamed").Count == 1, "the event has arrived");
    }

    private Task<RawResponse> PostAsync(string name, string type, string provider) => running.Gateway.Config.PostAsync(
        "/v1/spaces/default/functions", $$"""{"functionId":"{{name}}","type":"{{type}}","provider":{{provider}}}""");
}
