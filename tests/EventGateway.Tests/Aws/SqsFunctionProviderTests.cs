using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using EventGateway.Aws.Calls;
using EventGateway.Aws.Sqs;
using EventGateway.Core.CloudEvents;
using EventGateway.Core.Functions;
using EventGateway.Core.Registry;
using EventGateway.Tests.Functions;
using Microsoft.AspNetCore.Http;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Aws;

public sealed class SqsFunctionProviderTests : IDisposable
{
    private const string Queue = "https://sqs.eu-central-1.amazonaws.com/123456789012/events";

    private readonly AwsConnections _connections = new(TimeProvider.System);

    public void Dispose() => _connections.Dispose();

    [Fact]
    public async Task Sends_an_event_to_a_queue()
    {
        await using var server = await AwsServer.StartAsync(TakeAsync);

        using var result = await CallAsync(server.Function("awssqs", ("queueUrl", Queue)), TestRoutes.Invocation());

        result.Error.ShouldBeNull();
        result.Outcome.ShouldBe(FunctionOutcome.Success);
        Encoding.UTF8.GetString(result.Body.Span).ShouldContain("messageId");
        var call = server.Calls.ShouldHaveSingleItem();
        call.Headers["X-Amz-Target"].ToString().ShouldBe("AmazonSQS.SendMessageBatch");
        var sent = JsonNode.Parse(call.Body)!;
        sent["QueueUrl"]!.GetValue<string>().ShouldBe(Queue);
        var entry = sent["Entries"]!.AsArray().ShouldHaveSingleItem()!.AsObject();
        entry["MessageBody"]!.GetValue<string>().ShouldBe("""{"id":"1"}""");
        entry.ContainsKey("MessageGroupId").ShouldBeFalse();
        entry.ContainsKey("MessageDeduplicationId").ShouldBeFalse();
    }

    [Theory]
    [InlineData("""{"id":"1"}""", "1", "test.event", "1")]
    [InlineData("""{"id":"1","partitionkey":"k"}""", "1", "k", "1")]
    [InlineData("""{"id":"1","partitionkey":"two words"}""", "a b", "a03f1d611645eb53ad16c1af546ca0792dc884505bab57ede80f4dad6b911d3a", "c8687a08aa5d6ed2044328fa6a697ab8e96dc34291e8c2034ae8c38e6fcc6d65")]
    public async Task Groups_and_tells_apart_the_events_of_a_fifo_queue(string body, string id, string group, string deduplication)
    {
        await using var server = await AwsServer.StartAsync(TakeAsync);

        using var result = await CallAsync(server.Function("awssqs", ("queueUrl", Queue + ".fifo")), TestRoutes.Invocation(body) with { EventId = id });

        var entry = JsonNode.Parse(server.Calls[0].Body)!["Entries"]![0]!;
        entry["MessageGroupId"]!.GetValue<string>().ShouldBe(group);
        entry["MessageDeduplicationId"]!.GetValue<string>().ShouldBe(deduplication);
    }

    [Fact]
    public async Task Sends_bytes_that_are_no_text_as_base64()
    {
        await using var server = await AwsServer.StartAsync(TakeAsync);
        var invocation = TestRoutes.Invocation(new EventPayload(new byte[] { 0xff, 0xfe }, "application/octet-stream"));

        using var result = await CallAsync(server.Function("awssqs", ("queueUrl", Queue)), invocation);

        JsonNode.Parse(server.Calls[0].Body)!["Entries"]![0]!["MessageBody"]!.GetValue<string>().ShouldBe("//4=");
    }

    [Fact]
    public async Task Finds_a_queue_outside_AWS_by_its_URL()
    {
        await using var server = await AwsServer.StartAsync(TakeAsync);
        var function = new Function
        {
            Space = "default",
            FunctionId = "f1",
            Type = "awssqs",
            Provider = AwsServer.Settings(
                ("queueUrl", server.Url + "/000000000000/events"),
                ("region", "eu-central-1"),
                ("awsAccessKeyId", AwsServer.KeyId),
                ("awsSecretAccessKey", AwsServer.Secret),
                ("awsSessionToken", AwsServer.Token)),
        };

        using var result = await CallAsync(function, TestRoutes.Invocation());

        result.Outcome.ShouldBe(FunctionOutcome.Success);
        server.Calls[0].Headers["X-Amz-Security-Token"].ToString().ShouldBe(AwsServer.Token);
    }

    [Theory]
    [InlineData("InternalError", false, FunctionOutcome.Retryable)]
    [InlineData("InvalidMessageContents", true, FunctionOutcome.Permanent)]
    [InlineData("RequestThrottled", true, FunctionOutcome.Retryable)]
    public async Task Understands_the_error_of_one_event(string code, bool senderFault, FunctionOutcome outcome)
    {
        await using var server = await AwsServer.StartAsync((context, _) => AwsServer.AnswerAsync(
            context, 200, $$"""{"Failed":[{"Id":"0","Code":"{{code}}","Message":"why","SenderFault":{{(senderFault ? "true" : "false")}}}]}""", "application/x-amz-json-1.0"));

        using var result = await CallAsync(server.Function("awssqs", ("queueUrl", Queue)), TestRoutes.Invocation());

        result.Outcome.ShouldBe(outcome);
        result.Error.ShouldBe($"SQS failed the call: {code}: why");
    }

    [Theory]
    [InlineData(400, "com.amazonaws.sqs#QueueDoesNotExist", FunctionOutcome.Retryable)]
    [InlineData(403, "com.amazon.coral.service#AccessDeniedException", FunctionOutcome.AccessDenied)]
    [InlineData(403, "com.amazon.coral.service#RequestThrottled", FunctionOutcome.Retryable)]
    [InlineData(400, "com.amazonaws.sqs#UnsupportedOperation", FunctionOutcome.Permanent)]
    [InlineData(500, "com.amazonaws.sqs#InternalFailure", FunctionOutcome.Retryable)]
    [InlineData(503, "com.amazonaws.sqs#ServiceUnavailable", FunctionOutcome.Retryable)]
    public async Task Understands_the_error_of_a_whole_call(int status, string code, FunctionOutcome outcome)
    {
        await using var server = await AwsServer.StartAsync((context, _) => AwsServer.AnswerAsync(
            context, status, $$"""{"__type":"{{code}}","message":"why"}""", "application/x-amz-json-1.0"));

        using var result = await CallAsync(server.Function("awssqs", ("queueUrl", Queue)), TestRoutes.Invocation());

        result.Outcome.ShouldBe(outcome);
        result.Error!.ShouldEndWith(": why");
        server.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Reports_a_connection_that_breaks_as_passing()
    {
        await using var server = await AwsServer.StartAsync((context, _) =>
        {
            context.Abort();
            return Task.CompletedTask;
        });

        using var result = await CallAsync(server.Function("awssqs", ("queueUrl", Queue)), TestRoutes.Invocation());

        result.Outcome.ShouldBe(FunctionOutcome.Retryable);
        result.Error!.ShouldStartWith("SQS could not be reached: ");
    }

    [Fact]
    public async Task Carries_what_comes_together_in_few_calls()
    {
        var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await AwsServer.StartAsync(async (context, call) =>
        {
            await first.Task;
            await TakeAsync(context, call);
        });
        var provider = new SqsFunctionProvider(_connections);
        var function = server.Function("awssqs", ("queueUrl", Queue));

        var calls = Enumerable.Range(0, 40).Select(_ => provider.InvokeAsync(function, TestRoutes.Invocation(), default).AsTask()).ToArray();
        first.SetResult();
        var results = await Task.WhenAll(calls);

        results.ShouldAllBe(result => result.Outcome == FunctionOutcome.Success);
        // Full ones but for the first and the last.
        server.Calls.Count.ShouldBeInRange(4, 6);
    }

    private static Task TakeAsync(HttpContext context, AwsServerCall call)
    {
        var taken = JsonNode.Parse(call.Body)!["Entries"]!.AsArray().Select(entry => new JsonObject
        {
            ["Id"] = entry!["Id"]!.GetValue<string>(),
            ["MessageId"] = $"m{entry["Id"]}",
            ["MD5OfMessageBody"] = Md5(entry["MessageBody"]!.GetValue<string>()),
        });
        return AwsServer.AnswerAsync(
            context, 200, new JsonObject { ["Successful"] = new JsonArray([.. taken]) }.ToJsonString(), "application/x-amz-json-1.0");
    }

    // What SQS answers with, weak as it is.
    private static string Md5(string text) => Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(text)));

    private ValueTask<FunctionResult> CallAsync(Function function, Invocation invocation) =>
        new SqsFunctionProvider(_connections).InvokeAsync(function, invocation, default);
}
