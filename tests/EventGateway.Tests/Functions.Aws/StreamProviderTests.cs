using System.Text;
using System.Text.Json.Nodes;
using EventGateway.Abstractions.Functions;
using EventGateway.Functions.Aws.Calls;
using EventGateway.Functions.Aws.Firehose;
using EventGateway.Functions.Aws.Kinesis;
using EventGateway.Tests.Engine.Functions;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Functions.Aws;

public sealed class StreamProviderTests : IDisposable
{
    private readonly AwsConnections _connections = new(TimeProvider.System);

    public void Dispose() => _connections.Dispose();

    [Theory]
    [InlineData("""{"id":"1"}""", "1")]
    [InlineData("""{"id":"1","partitionkey":"k"}""", "k")]
    public async Task Puts_an_event_into_a_kinesis_stream(string body, string key)
    {
        await using var server = await AwsServer.StartAsync((context, _) => AwsServer.AnswerAsync(
            context, 200, """{"FailedRecordCount":0,"Records":[{"SequenceNumber":"49","ShardId":"shardId-0"}]}"""));

        using var result = await new KinesisFunctionProvider(_connections)
            .InvokeAsync(server.Function("awskinesis", ("streamName", "events")), TestRoutes.Invocation(body), default);

        result.Outcome.ShouldBe(FunctionOutcome.Success);
        Encoding.UTF8.GetString(result.Body.Span).ShouldBe(
            """{"statusCode":200,"headers":{"content-type":"application/json"},"body":"{\u0022sequenceNumber\u0022:\u002249\u0022}"}""");
        var call = server.Calls.ShouldHaveSingleItem();
        call.Target.ShouldBe("/");
        call.Headers["X-Amz-Target"].ToString().ShouldBe("Kinesis_20131202.PutRecords");
        var sent = JsonNode.Parse(call.Body)!;
        sent["StreamName"]!.GetValue<string>().ShouldBe("events");
        sent["Records"]![0]!["PartitionKey"]!.GetValue<string>().ShouldBe(key);
        Encoding.UTF8.GetString(Convert.FromBase64String(sent["Records"]![0]!["Data"]!.GetValue<string>())).ShouldBe(body);
    }

    [Fact]
    public async Task Puts_an_event_into_a_firehose_stream()
    {
        await using var server = await AwsServer.StartAsync((context, _) => AwsServer.AnswerAsync(
            context, 200, """{"FailedPutCount":0,"RequestResponses":[{"RecordId":"r1"}]}"""));

        using var result = await new FirehoseFunctionProvider(_connections).InvokeAsync(
            server.Function("awsfirehose", ("deliveryStreamName", "events")), TestRoutes.Invocation() with { WantsOutcomeOnly = true }, default);

        result.Outcome.ShouldBe(FunctionOutcome.Success);
        result.Body.IsEmpty.ShouldBeTrue();
        var call = server.Calls.ShouldHaveSingleItem();
        call.Headers["X-Amz-Target"].ToString().ShouldBe("Firehose_20150804.PutRecordBatch");
        JsonNode.Parse(call.Body)!["DeliveryStreamName"]!.GetValue<string>().ShouldBe("events");
    }

    [Fact]
    public async Task Shortens_a_key_that_the_service_would_refuse()
    {
        await using var server = await AwsServer.StartAsync((context, _) => AwsServer.AnswerAsync(
            context, 200, """{"Records":[{"SequenceNumber":"49"}]}"""));

        using var result = await new KinesisFunctionProvider(_connections).InvokeAsync(
            server.Function("awskinesis", ("streamName", "events")), TestRoutes.Invocation() with { EventId = new string('x', 300) }, default);

        JsonNode.Parse(server.Calls[0].Body)!["Records"]![0]!["PartitionKey"]!.GetValue<string>().Length.ShouldBe(64);
    }

    [Theory]
    [InlineData("ProvisionedThroughputExceededException", FunctionOutcome.Retryable)]
    [InlineData("KMSAccessDeniedException", FunctionOutcome.AccessDenied)]
    [InlineData("InternalFailure", FunctionOutcome.Retryable)]
    public async Task Understands_the_error_of_one_record(string code, FunctionOutcome outcome)
    {
        await using var server = await AwsServer.StartAsync((context, _) => AwsServer.AnswerAsync(
            context, 200, $$"""{"FailedRecordCount":1,"Records":[{"ErrorCode":"{{code}}","ErrorMessage":"why"}]}"""));

        using var result = await CallKinesisAsync(server);

        result.Outcome.ShouldBe(outcome);
        result.Error!.ShouldEndWith($"{code}: why");
    }

    [Fact]
    public async Task Says_nothing_of_a_secret_that_is_repeated_for_one_record()
    {
        await using var server = await AwsServer.StartAsync((context, _) => AwsServer.AnswerAsync(
            context, 200, $$"""{"FailedRecordCount":1,"Records":[{"ErrorCode":"InternalFailure","ErrorMessage":"key {{Uri.EscapeDataString(AwsServer.Secret)}}."}]}"""));

        using var result = await CallKinesisAsync(server);

        result.Error!.ShouldEndWith("InternalFailure: key *****.");
    }

    [Theory]
    [InlineData(400, """{"__type":"com.amazonaws#ProvisionedThroughputExceededException","message":"slow"}""", FunctionOutcome.Retryable, "Kinesis failed the call: ProvisionedThroughputExceededException: slow")]
    [InlineData(400, """{"__type":"ValidationException","message":"bad"}""", FunctionOutcome.Permanent, "Kinesis failed the call: ValidationException: bad")]
    [InlineData(400, """{"__type":"ResourceNotFoundException","message":"none"}""", FunctionOutcome.Retryable, "Kinesis failed the call: ResourceNotFoundException: none")]
    [InlineData(503, "<html>busy</html>", FunctionOutcome.Retryable, "Kinesis failed the call: status 503")]
    [InlineData(200, "<html>hello</html>", FunctionOutcome.Retryable, "Kinesis gave an answer that cannot be understood.")]
    [InlineData(200, """{"Records":[]}""", FunctionOutcome.Retryable, "Kinesis gave an answer that cannot be understood.")]
    [InlineData(200, """{"Records":[{}]}""", FunctionOutcome.Retryable, "Kinesis gave an answer that cannot be understood.")]
    [InlineData(200, """{"Records":[{"SequenceNumber":"1"},{"SequenceNumber":"2"}]}""", FunctionOutcome.Retryable, "Kinesis gave an answer that cannot be understood.")]
    [InlineData(200, """{"Records":[{"SequenceNumber":"1"}""", FunctionOutcome.Retryable, "Kinesis gave an answer that cannot be understood.")]
    [InlineData(400, """{"__type":"KMSDisabledException","message":"off"}""", FunctionOutcome.Retryable, "Kinesis failed the call: KMSDisabledException: off")]
    [InlineData(200, """{"Records":[{},{}]}""", FunctionOutcome.Retryable, "Kinesis gave an answer that cannot be understood.")]
    public async Task Understands_the_error_of_a_whole_call(int status, string body, FunctionOutcome outcome, string error)
    {
        await using var server = await AwsServer.StartAsync((context, _) => AwsServer.AnswerAsync(context, status, body));

        using var result = await CallKinesisAsync(server);

        result.Outcome.ShouldBe(outcome);
        result.Error.ShouldBe(error);
    }

    [Fact]
    public async Task Sends_nothing_that_the_service_takes_of_nobody()
    {
        await using var server = await AwsServer.StartAsync((context, _) => AwsServer.AnswerAsync(context, 200, "{}"));

        using var result = await new FirehoseFunctionProvider(_connections).InvokeAsync(
            server.Function("awsfirehose", ("deliveryStreamName", "events")), TestRoutes.Invocation(new string(' ', (1000 * 1024) + 1)), default);

        result.Outcome.ShouldBe(FunctionOutcome.Permanent);
        result.Error.ShouldBe("The event is too large: it has 1024001 bytes, and awsfirehose takes at most 1024000.");
        server.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task Reports_wrong_credentials()
    {
        await using var server = await AwsServer.StartAsync((context, _) => AwsServer.AnswerAsync(context, 200, "{}"));
        var function = server.Function("awskinesis", ("streamName", "events"));
        var stranger = function with
        {
            Provider = AwsServer.Settings(
                ("streamName", "events"), ("region", "eu-central-1"), ("awsAccessKeyId", "OTHER"), ("awsSecretAccessKey", "x"), ("endpoint", server.Url)),
        };

        using var result = await new KinesisFunctionProvider(_connections).InvokeAsync(stranger, TestRoutes.Invocation(), default);

        result.Outcome.ShouldBe(FunctionOutcome.AccessDenied);
        result.Error.ShouldBe("Kinesis refused the credentials of the call: UnrecognizedClientException: The request is not signed right.");
    }

    private ValueTask<FunctionResult> CallKinesisAsync(AwsServer server) => new KinesisFunctionProvider(_connections)
        .InvokeAsync(server.Function("awskinesis", ("streamName", "events")), TestRoutes.Invocation(), default);
}
