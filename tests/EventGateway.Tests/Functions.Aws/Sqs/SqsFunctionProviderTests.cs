using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Amazon.Runtime;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Resources;
using EventGateway.CloudEvents;
using EventGateway.Functions.Aws.Calls;
using EventGateway.Functions.Aws.Sqs;
using EventGateway.Tests.Engine.Functions;
using Microsoft.AspNetCore.Http;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Functions.Aws.Sqs;

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
    [InlineData("""{"id":"1","source":"/s"}""", "test.event")]
    [InlineData("""{"id":"1","source":"/s","partitionkey":"k"}""", "k")]
    [InlineData("""{"id":"1","source":"/s","partitionkey":"two words"}""", "a03f1d611645eb53ad16c1af546ca0792dc884505bab57ede80f4dad6b911d3a")]
    public async Task Groups_the_events_of_a_fifo_queue(string body, string group)
    {
        var entry = await SendToFifoQueueAsync(body, "1");

        entry["MessageGroupId"]!.GetValue<string>().ShouldBe(group);
        entry["MessageDeduplicationId"]!.GetValue<string>().ShouldBe(Convert.ToHexStringLower(SHA256.HashData("2:/s1"u8)));
    }

    [Theory]
    [InlineData("/s", "1", true)]
    [InlineData("/s", "2", false)]
    [InlineData("/other", "1", false)]
    [InlineData("/", "s1", false)]
    public async Task Takes_events_of_one_source_and_id_for_one(string source, string id, bool same)
    {
        var one = await SendToFifoQueueAsync("""{"source":"/s"}""", "1");
        var other = await SendToFifoQueueAsync($$"""{"source":"{{source}}"}""", id);

        (one["MessageDeduplicationId"]!.GetValue<string>() == other["MessageDeduplicationId"]!.GetValue<string>()).ShouldBe(same);
    }

    [Fact]
    public async Task Keeps_the_order_of_a_fifo_queue()
    {
        var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await AwsServer.StartAsync(async (context, call) =>
        {
            await first.Task;
            await TakeAsync(context, call);
        });
        var provider = new SqsFunctionProvider(_connections);
        var function = server.Function("awssqs", ("queueUrl", Queue + ".fifo"));

        var calls = Enumerable.Range(0, 40)
            .Select(i => provider.InvokeAsync(function, TestRoutes.Invocation($$"""{"id":"{{i}}"}""") with { EventId = $"{i}" }, default).AsTask()).ToArray();
        first.SetResult();
        await Task.WhenAll(calls);

        server.Calls.SelectMany(call => JsonNode.Parse(call.Body)!["Entries"]!.AsArray())
            .Select(entry => JsonNode.Parse(entry!["MessageBody"]!.GetValue<string>())!["id"]!.GetValue<string>())
            .ShouldBe(Enumerable.Range(0, 40).Select(i => $"{i}"));
    }

    [Fact]
    public async Task Sends_nothing_that_no_queue_takes()
    {
        await using var server = await AwsServer.StartAsync(TakeAsync);

        using var result = await CallAsync(server.Function("awssqs", ("queueUrl", Queue)), TestRoutes.Invocation(new string(' ', (1024 * 1024) + 1)));

        result.Outcome.ShouldBe(FunctionOutcome.Permanent);
        result.Error.ShouldBe("The event is too large: it has 1048577 bytes, and awssqs takes at most 1048576.");
        server.Calls.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"Successful":[],"Failed":[{"Id":"7","Code":"c"},{"Id":"x","Code":"c"}]}""")]
    [InlineData("""{"Successful":[{"Id":"0","MessageId":"m","MD5OfMessageBody":"00000000000000000000000000000000"}]}""")]
    [InlineData("<html>hello</html>")]
    public async Task Reports_an_answer_that_makes_no_sense_as_passing(string answer)
    {
        await using var server = await AwsServer.StartAsync((context, _) => AwsServer.AnswerAsync(context, 200, answer, "application/x-amz-json-1.0"));

        using var result = await CallAsync(server.Function("awssqs", ("queueUrl", Queue)), TestRoutes.Invocation());

        result.Outcome.ShouldBe(FunctionOutcome.Retryable);
        result.Error!.ShouldStartWith("SQS ");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Says_nothing_of_a_token_that_the_service_repeats(bool own)
    {
        var surroundings = new AmbientCredentials(
            TimeProvider.System, static () => Task.FromResult<AWSCredentials>(new SessionAWSCredentials(AwsServer.KeyId, AwsServer.Secret, AwsServer.Token)));
        using var connections = new AwsConnections(TimeProvider.System, ambient: surroundings);
        await using var server = await AwsServer.StartAsync((context, _) => AwsServer.AnswerAsync(
            context, 403, $$"""{"__type":"com.amazon.coral.service#InvalidSignatureException","message":"x-amz-security-token:{{AwsServer.Token}}"}""", "application/x-amz-json-1.0"));
        var function = server.Function("awssqs", ("queueUrl", Queue), ("awsSessionToken", AwsServer.Token));
        if (!own)
        {
            function = function with { Provider = AwsServer.Settings(("queueUrl", Queue), ("region", "eu-central-1"), ("endpoint", server.Url)) };
        }

        using var result = await new SqsFunctionProvider(connections).InvokeAsync(function, TestRoutes.Invocation(), default);

        result.Outcome.ShouldBe(FunctionOutcome.AccessDenied);
        result.Error.ShouldBe("SQS refused the credentials of the call: InvalidSignatureException: x-amz-security-token:*****");
    }

    [Theory]
    [InlineData(new byte[] { 0xff, 0xfe }, "//4=")]
    [InlineData(new byte[] { (byte)'a', 0 }, "YQA=")]
    [InlineData(new byte[] { (byte)'a', (byte)'\t', (byte)'\n', (byte)'b' }, "a\t\nb")]
    public async Task Sends_bytes_that_are_no_text_as_base64(byte[] data, string sent)
    {
        await using var server = await AwsServer.StartAsync(TakeAsync);
        var invocation = TestRoutes.Invocation(new EventPayload(data, "application/octet-stream"));

        using var result = await CallAsync(server.Function("awssqs", ("queueUrl", Queue)), invocation);

        JsonNode.Parse(server.Calls[0].Body)!["Entries"]![0]!["MessageBody"]!.GetValue<string>().ShouldBe(sent);
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
    public async Task Sends_concurrent_records_in_few_calls()
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

    private async Task<JsonNode> SendToFifoQueueAsync(string body, string id)
    {
        await using var server = await AwsServer.StartAsync(TakeAsync);
        using var result = await CallAsync(server.Function("awssqs", ("queueUrl", Queue + ".fifo")), TestRoutes.Invocation(body) with { EventId = id });
        return JsonNode.Parse(server.Calls[0].Body)!["Entries"]![0]!;
    }

    private ValueTask<FunctionResult> CallAsync(Function function, Invocation invocation) =>
        new SqsFunctionProvider(_connections).InvokeAsync(function, invocation, default);
}
