using System.Text.Json;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Settings;
using EventGateway.Functions.Aws;
using EventGateway.Functions.Aws.Calls;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Functions.Aws;

public sealed class AwsSettingsTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddAwsProviders().BuildServiceProvider();

    public void Dispose() => _services.Dispose();

    [Theory]
    [InlineData("awslambda", """{"arn":"arn:aws:lambda:us-east-1:123456789012:function:fn","region":"us-east-1"}""")]
    [InlineData("awslambda", """{"arn":"arn:aws-cn:lambda:cn-north-1:123456789012:function:fn:$LATEST","region":"cn-north-1"}""")]
    [InlineData("awslambda", """{"arn":"arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:f-n_2:12","region":"us-gov-west-1","endpoint":"https://vpce-1.lambda.us-gov-west-1.vpce.amazonaws.com"}""")]
    [InlineData("awskinesis", """{"streamName":"s-1_.x","region":"us-east-1","endpoint":"http://localhost:4567"}""")]
    [InlineData("awsfirehose", """{"deliveryStreamName":"d","region":"us-east-1"}""")]
    [InlineData("awssqs", """{"queueUrl":"https://sqs.us-east-1.amazonaws.com/1/q.fifo","region":"us-east-1"}""")]
    [InlineData("awssqs", """{"queueUrl":"https://sqs.cn-north-1.amazonaws.com.cn/1/q","region":"cn-north-1"}""")]
    [InlineData("awssqs", """{"queueUrl":"https://us-west-2.queue.amazonaws.com/1/q","region":"us-west-2"}""")]
    [InlineData("awssqs", """{"queueUrl":"http://sqs.us-west-2.localhost.localstack.cloud:4566/1/q","region":"us-east-1"}""")]
    [InlineData("awslambda", """{"arn":"arn:aws:lambda:eu-nowhere-9:123456789012:function:fn","region":"eu-nowhere-9","awsAccessKeyId":"AKID","awsSecretAccessKey":"SECRET","awsSessionToken":"TOKEN"}""")]
    public void Accepts(string type, string settings)
    {
        var errors = new List<string>();

        var stored = Provider(type).Validate(JsonElement.Parse(settings), new SettingErrors(errors));

        errors.ShouldBeEmpty();
        stored.GetRawText().ShouldBe(settings);
    }

    [Theory]
    [InlineData("arn::::")]
    [InlineData("not-an-arn")]
    [InlineData("arn:aws:lambda:us-west-2:123456789012:function:fn", "provider.region must be the region of provider.arn, us-west-2")]
    [InlineData("", "provider.arn is required: the ARN of a Lambda function, such as arn:aws:lambda:us-east-1:123456789012:function:name")]
    public void Accepts_an_arn_of_any_form_where_the_options_allow_it(string arn, string? error = null)
    {
        using var services = new ServiceCollection().AddSingleton(new AwsOptions { AnyArn = true }).AddAwsProviders().BuildServiceProvider();
        var provider = services.GetServices<IFunctionProvider>().Single(p => p.Type == "awslambda");
        var errors = new List<string>();

        var stored = provider.Validate(JsonElement.Parse($$"""{"arn":"{{arn}}","region":"us-east-1"}"""), new SettingErrors(errors));

        errors.ShouldBe(error is null ? [] : [error]);
        if (error is null)
        {
            stored.GetRawText().ShouldBe($$"""{"arn":"{{arn}}","region":"us-east-1"}""");
            // A gateway without the option still reads it.
            Provider("awslambda").Mask(stored).GetRawText().ShouldBe(stored.GetRawText());
        }
    }

    [Theory]
    [InlineData("""{"ARN":"arn:aws:lambda:us-east-1:123456789012:function:fn","Region":"us-east-1","awsAccessKeyId":"","endpoint":null}""")]
    public void Keeps_known_fields_whatever_the_case_of_their_names(string settings) =>
        Provider("awslambda").Validate(JsonElement.Parse(settings), new SettingErrors([])).GetRawText()
            .ShouldBe("""{"arn":"arn:aws:lambda:us-east-1:123456789012:function:fn","region":"us-east-1"}""");

    [Theory]
    [InlineData("""{"arn":"arn:aws:lambda:us-east-1:123456789012:function:fn","region":"us-east-1","awsSecretKey":"x"}""", "Unknown field \"provider.awsSecretKey\". Did you mean \"provider.awsSecretAccessKey\"?")]
    [InlineData("""{"arn":"not-an-arn","region":"us-east-1"}""", "provider.arn must be the ARN of a Lambda function, such as arn:aws:lambda:us-east-1:123456789012:function:name")]
    [InlineData("""{"arn":"arn:aws:sqs:us-east-1:123456789012:function:fn","region":"us-east-1"}""", "provider.arn must be the ARN of a Lambda function, such as arn:aws:lambda:us-east-1:123456789012:function:name")]
    [InlineData("""{"arn":"arn:aws:lambda:us-east-1:123456789012:function:fn\n","region":"us-east-1"}""", "provider.arn must be the ARN of a Lambda function, such as arn:aws:lambda:us-east-1:123456789012:function:name")]
    [InlineData("""{"arn":5,"region":"us-east-1"}""", "provider.arn must be a string: the ARN of a Lambda function, such as arn:aws:lambda:us-east-1:123456789012:function:name")]
    [InlineData("""{"region":"us-east-1"}""", "provider.arn is required: the ARN of a Lambda function, such as arn:aws:lambda:us-east-1:123456789012:function:name")]
    [InlineData("""{"arn":"arn:aws:lambda:us-east-1:123456789012:function:fn"}""", "provider.region is required: an AWS region, such as us-east-1")]
    [InlineData("""{"arn":"arn:aws:lambda:us-east-1:123456789012:function:fn","region":"nowhere"}""", "provider.region must be an AWS region, such as us-east-1")]
    [InlineData("""{"arn":"arn:aws:lambda:us-east-1:123456789012:function:fn","region":"us-east-1/"}""", "provider.region must be an AWS region, such as us-east-1")]
    [InlineData("""{"arn":"arn:aws:lambda:us-east-1:123456789012:function:fn","region":"us-west-2"}""", "provider.region must be the region of provider.arn, us-east-1")]
    [InlineData("""{"arn":"arn:aws:lambda:us-east-1:123456789012:function:fn","region":"us-east-1","endpoint":"localhost:3002"}""", "provider.endpoint must be an absolute http or https URL, such as http://localhost:4566")]
    [InlineData("""{"arn":"arn:aws:lambda:us-east-1:123456789012:function:fn","region":"us-east-1","endpoint":"http://u:p@localhost/"}""", "provider.endpoint must be an absolute http or https URL, such as http://localhost:4566")]
    [InlineData("""{"arn":"arn:aws:lambda:us-east-1:123456789012:function:fn","region":"us-east-1","awsAccessKeyId":"AKID"}""", "provider.awsSecretAccessKey is required beside awsAccessKeyId: the secret of the access key that awsAccessKeyId names")]
    [InlineData("""{"arn":"arn:aws:lambda:us-east-1:123456789012:function:fn","region":"us-east-1","awsSecretAccessKey":"S"}""", "provider.awsAccessKeyId is required beside awsSecretAccessKey: the id of an access key, such as AKIAIOSFODNN7EXAMPLE")]
    [InlineData("""{"arn":"arn:aws:lambda:us-east-1:123456789012:function:fn","region":"us-east-1","awsAccessKeyId":"A\nB","awsSecretAccessKey":"S"}""", "provider.awsAccessKeyId must be the id of an access key, such as AKIAIOSFODNN7EXAMPLE")]
    public void Names_the_field_of_a_lambda_function_that_it_refuses(string settings, string error)
    {
        var errors = new List<string>();

        Provider("awslambda").Validate(JsonElement.Parse(settings), new SettingErrors(errors));

        errors.ShouldContain(error);
    }

    [Theory]
    [InlineData("awskinesis", """{"streamName":"a b","region":"us-east-1"}""", "provider.streamName must be the name of a Kinesis data stream: 1 to 128 letters, digits, '.', '-' and '_'")]
    [InlineData("awskinesis", """{"region":"us-east-1"}""", "provider.streamName is required: the name of a Kinesis data stream: 1 to 128 letters, digits, '.', '-' and '_'")]
    [InlineData("awsfirehose", """{"deliveryStreamName":"a/b","region":"us-east-1"}""", "provider.deliveryStreamName must be the name of a Firehose delivery stream: 1 to 64 letters, digits, '.', '-' and '_'")]
    [InlineData("awssqs", """{"queueUrl":"nourl","region":"us-east-1"}""", "provider.queueUrl must be the URL of an SQS queue, such as https://sqs.us-east-1.amazonaws.com/123456789012/name")]
    [InlineData("awssqs", """{"queueUrl":"https://sqs.us-east-1.amazonaws.com","region":"us-east-1"}""", "provider.queueUrl must be the URL of an SQS queue, such as https://sqs.us-east-1.amazonaws.com/123456789012/name")]
    [InlineData("awssqs", """{"queueUrl":"https://sqs.eu-west-1.amazonaws.com/1/q","region":"us-east-1"}""", "provider.region must be the region of provider.queueUrl, eu-west-1")]
    [InlineData("awssqs", """{"queueUrl":"ftp://sqs.us-east-1.amazonaws.com/1/q","region":"us-east-1"}""", "provider.queueUrl must be the URL of an SQS queue, such as https://sqs.us-east-1.amazonaws.com/123456789012/name")]
    public void Names_the_field_of_a_stream_or_queue_that_it_refuses(string type, string settings, string error)
    {
        var errors = new List<string>();

        Provider(type).Validate(JsonElement.Parse(settings), new SettingErrors(errors));

        errors.ShouldBe([error]);
    }

    [Fact]
    public void Names_every_missing_field()
    {
        var errors = new List<string>();

        Provider("awslambda").Validate(default, new SettingErrors(errors));

        errors.ShouldBe(
        [
            "provider.arn is required: the ARN of a Lambda function, such as arn:aws:lambda:us-east-1:123456789012:function:name",
            "provider.region is required: an AWS region, such as us-east-1",
        ]);
    }

    [Fact]
    public void Masks_secrets()
    {
        var shown = Provider("awslambda").Mask(Lambda(("awsAccessKeyId", "AKID"), ("awsSecretAccessKey", "SECRET"), ("awsSessionToken", "TOKEN")));

        shown.GetRawText().ShouldBe(
            """{"arn":"arn:aws:lambda:us-east-1:123456789012:function:fn","region":"us-east-1","awsAccessKeyId":"AKID","awsSecretAccessKey":"*****","awsSessionToken":"*****"}""");
    }

    [Fact]
    public void Keeps_stored_secrets_where_masks_come_back()
    {
        var stored = Lambda(("awsAccessKeyId", "AKID"), ("awsSecretAccessKey", "SECRET"), ("awsSessionToken", "TOKEN"));
        var errors = new List<string>();

        Provider("awslambda").Unmask(Provider("awslambda").Mask(stored), stored, errors).GetRawText().ShouldBe(stored.GetRawText());
        errors.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("OTHER", "http://localhost:1")]
    [InlineData("AKID", "http://localhost:2")]
    public void Keeps_no_secret_for_another_access_key_or_server(string keyId, string endpoint)
    {
        var stored = Lambda(("awsAccessKeyId", "AKID"), ("awsSecretAccessKey", "SECRET"), ("endpoint", "http://localhost:1"));
        var errors = new List<string>();

        Provider("awslambda").Unmask(Lambda(("awsAccessKeyId", keyId), ("awsSecretAccessKey", "*****"), ("endpoint", endpoint)), stored, errors);

        errors.ShouldBe(["provider.awsSecretAccessKey is *****, but no secret is stored for this awsAccessKeyId and server"]);
    }

    [Theory]
    [InlineData("https://sqs.us-east-1.amazonaws.com/1/other", true)]
    [InlineData("https://queues.example.com/1/q", false)]
    public void Keeps_no_secret_for_a_queue_on_another_server(string queueUrl, bool kept)
    {
        var stored = Queue("https://sqs.us-east-1.amazonaws.com/1/q", "SECRET");
        var errors = new List<string>();

        Provider("awssqs").Unmask(Queue(queueUrl, "*****"), stored, errors);

        errors.ShouldBe(kept ? [] : ["provider.awsSecretAccessKey is *****, but no secret is stored for this awsAccessKeyId and server"]);
    }

    [Fact]
    public void Refuses_a_mask_for_which_nothing_is_stored()
    {
        var errors = new List<string>();

        Provider("awslambda").Unmask(Lambda(("awsAccessKeyId", "AKID"), ("awsSecretAccessKey", "*****")), default, errors);

        errors.ShouldHaveSingleItem();
    }

    private static JsonElement Lambda(params (string Name, string Value)[] settings) => AwsServer.Settings(
        [("arn", "arn:aws:lambda:us-east-1:123456789012:function:fn"), ("region", "us-east-1"), .. settings]);

    private static JsonElement Queue(string url, string secret) => AwsServer.Settings(
        ("queueUrl", url), ("region", "us-east-1"), ("awsAccessKeyId", "AKID"), ("awsSecretAccessKey", secret));

    private IFunctionProvider Provider(string type) => _services.GetServices<IFunctionProvider>().Single(provider => provider.Type == type);
}
