using System.Text;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Resources;
using EventGateway.CloudEvents.Buffers;
using EventGateway.Functions.Aws.Calls;
using EventGateway.Functions.Aws.Lambda;
using EventGateway.Tests.Engine.Functions;
using EventGateway.TestSupport;
using Microsoft.AspNetCore.Http;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Functions.Aws.Lambda;

public sealed class LambdaFunctionProviderTests : IDisposable
{
    private const string Arn = "arn:aws:lambda:eu-central-1:123456789012:function:fn:live";

    private readonly AwsConnections _connections = new(TimeProvider.System);

    public void Dispose() => _connections.Dispose();

    private static Task AnswerAsync(HttpContext context, string coding, byte[] body)
    {
        context.Response.Headers.ContentEncoding = coding;
        return context.Response.Body.WriteAsync(body).AsTask();
    }

    [Fact]
    public async Task Calls_the_function_with_the_event_and_takes_its_answer()
    {
        await using var server = await AwsServer.StartAsync((context, _) => AwsServer.AnswerAsync(context, 200, """{"statusCode":201,"body":"hi"}"""));

        using var result = await CallAsync(server.Function("awslambda", ("arn", Arn)));

        result.Outcome.ShouldBe(FunctionOutcome.Success);
        result.Status.ShouldBe(200);
        Encoding.UTF8.GetString(result.Body.Span).ShouldBe("""{"statusCode":201,"body":"hi"}""");
        var call = server.Calls.ShouldHaveSingleItem();
        call.Target.ShouldBe("/2015-03-31/functions/fn/invocations");
        call.Headers["X-Amz-Invocation-Type"].ToString().ShouldBe("RequestResponse");
        call.Body.ShouldBe("""{"id":"1"}""");
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task Decodes_an_answer(string coding)
    {
        await using var server = await AwsServer.StartAsync((context, _) => AnswerAsync(context, coding, Coded.With("\"hi\""u8, coding)));

        using var result = await CallAsync(server.Function("awslambda", ("arn", Arn)));

        (result.Outcome, Encoding.UTF8.GetString(result.Body.Span)).ShouldBe((FunctionOutcome.Success, "\"hi\""));
        server.Calls[0].Headers.AcceptEncoding.ToString().ShouldBe("gzip, br, deflate");
    }

    [Theory]
    [InlineData("gzip", FunctionOutcome.Retryable, "whose gzip is damaged")]
    [InlineData("zstd", FunctionOutcome.Permanent, "with the Content-Encoding \"zstd\", which cannot be decoded; accepted: gzip, br, deflate")]
    public async Task Says_why_an_answer_cannot_be_decoded(string coding, FunctionOutcome outcome, string problem)
    {
        await using var server = await AwsServer.StartAsync((context, _) => AnswerAsync(context, coding, "\"hi\""u8.ToArray()));

        using var result = await CallAsync(server.Function("awslambda", ("arn", Arn)));

        (result.Outcome, result.Error).ShouldBe((outcome, $"Lambda answered with status 200 and a body {problem}."));
    }

    [Theory]
    [InlineData("7", 7)]
    [InlineData("99999999999", 86_400)]
    [InlineData("Fri, 31 Dec 9999 23:59:59 GMT", 86_400)]
    public async Task Waits_as_long_as_the_service_asks_up_to_a_day(string retryAfter, int seconds)
    {
        await using var server = await AwsServer.StartAsync((context, _) =>
        {
            context.Response.Headers.RetryAfter = retryAfter;
            return AwsServer.AnswerAsync(context, 429, "{}");
        });

        using var result = await CallAsync(server.Function("awslambda", ("arn", Arn)));

        result.RetryAfter.ShouldBe(TimeSpan.FromSeconds(seconds));
    }

    [Fact]
    public async Task An_answer_without_room_is_refused_and_the_memory_comes_back()
    {
        var memory = new MemoryBudget(1_000_000);
        using var connections = new AwsConnections(TimeProvider.System, new AwsOptions { AnswerMemory = memory });
        var provider = new LambdaFunctionProvider(connections);
        await using var server = await AwsServer.StartAsync((context, _) => AwsServer.AnswerAsync(context, 200, $"\"{new string('a', 400_000)}\""));
        var function = server.Function("awslambda", ("arn", Arn));

        using (var fits = await provider.InvokeAsync(function, TestRoutes.Invocation(), TestContext.Current.CancellationToken))
        {
            fits.Body.Length.ShouldBe(400_002);
            memory.Held.ShouldBeGreaterThan(400_000);
            using var refused = await provider.InvokeAsync(function, TestRoutes.Invocation(), TestContext.Current.CancellationToken);
            refused.Outcome.ShouldBe(FunctionOutcome.Retryable);
            refused.Error.ShouldBe("The answer was not read: there is no room for it.");
        }

        memory.Held.ShouldBe(0);
    }

    [Fact]
    public async Task Sends_the_token_of_temporary_credentials()
    {
        await using var server = await AwsServer.StartAsync((context, _) => AwsServer.AnswerAsync(context, 200, "{}"));

        using var result = await CallAsync(server.Function("awslambda", ("arn", Arn), ("awsSessionToken", AwsServer.Token)));

        result.Outcome.ShouldBe(FunctionOutcome.Success);
        server.Calls[0].Headers["X-Amz-Security-Token"].ToString().ShouldBe(AwsServer.Token);
        server.Calls[0].Headers.Authorization.ToString().ShouldContain("x-amz-security-token");
    }

    [Fact]
    public async Task Tells_a_failure_of_the_function_from_one_of_the_service()
    {
        await using var server = await AwsServer.StartAsync((context, _) =>
        {
            context.Response.Headers["X-Amz-Function-Error"] = "Unhandled";
            return AwsServer.AnswerAsync(context, 200, """{"errorMessage":"boom","errorType":"Error"}""");
        });

        using var result = await CallAsync(server.Function("awslambda", ("arn", Arn)));

        result.Outcome.ShouldBe(FunctionOutcome.Retryable);
        result.Status.ShouldBeNull();
        result.Error.ShouldBe("The function failed (Unhandled).");
        Encoding.UTF8.GetString(result.Body.Span).ShouldContain("boom");
    }

    [Theory]
    [InlineData(403, "AccessDeniedException", FunctionOutcome.AccessDenied, "Lambda refused the credentials of the call: AccessDeniedException: said so")]
    [InlineData(403, "UnrecognizedClientException", FunctionOutcome.AccessDenied, "Lambda refused the credentials of the call: UnrecognizedClientException: said so")]
    [InlineData(403, "ExpiredTokenException", FunctionOutcome.AccessDenied, "Lambda refused the credentials of the call: ExpiredTokenException: said so")]
    [InlineData(400, "ExpiredToken", FunctionOutcome.AccessDenied, "Lambda refused the credentials of the call: ExpiredToken: said so")]
    [InlineData(429, "TooManyRequestsException", FunctionOutcome.Retryable, "Lambda failed the call: TooManyRequestsException: said so")]
    [InlineData(400, "ThrottlingException", FunctionOutcome.Retryable, "Lambda failed the call: ThrottlingException: said so")]
    [InlineData(500, "ServiceException", FunctionOutcome.Retryable, "Lambda failed the call: ServiceException: said so")]
    [InlineData(502, "EC2AccessDeniedException", FunctionOutcome.Retryable, "Lambda failed the call: EC2AccessDeniedException: said so")]
    [InlineData(404, "ResourceNotFoundException", FunctionOutcome.Retryable, "Lambda failed the call: ResourceNotFoundException: said so")]
    [InlineData(413, "RequestTooLargeException", FunctionOutcome.Permanent, "Lambda failed the call: RequestTooLargeException: said so")]
    [InlineData(400, "InvalidRequestContentException", FunctionOutcome.Permanent, "Lambda failed the call: InvalidRequestContentException: said so")]
    public async Task Understands_the_errors_of_the_service(int status, string code, FunctionOutcome outcome, string error)
    {
        await using var server = await AwsServer.StartAsync((context, _) =>
        {
            context.Response.Headers["x-amzn-ErrorType"] = code + ":http://internal.amazon.com/coral/com.amazonaws/";
            return AwsServer.AnswerAsync(context, status, """{"Type":"User","Message":"said so"}""");
        });

        using var result = await CallAsync(server.Function("awslambda", ("arn", Arn)));

        result.Outcome.ShouldBe(outcome);
        result.Status.ShouldBeNull();
        result.Error.ShouldBe(error);
    }

    [Theory]
    [InlineData("InvalidSignatureException", "Signature expired: 20260101T000000Z is now earlier than 20260101T010000Z")]
    [InlineData("InvalidSignatureException", "Signature not yet current: 20260101T020000Z is still later than 20260101T011500Z")]
    [InlineData("RequestExpired", "Request has expired.")]
    public async Task Takes_a_wrong_clock_for_a_failure_that_passes(string code, string explanation)
    {
        await using var server = await AwsServer.StartAsync((context, _) => AwsServer.AnswerAsync(
            context, 403, $$"""{"__type":"{{code}}","message":"{{explanation}}"}"""));

        using var result = await CallAsync(server.Function("awslambda", ("arn", Arn)));

        result.Outcome.ShouldBe(FunctionOutcome.Retryable);
        result.Error.ShouldBe($"Lambda failed the call: {code}: {explanation}");
    }

    [Fact]
    public async Task Sends_nothing_that_Lambda_would_not_take()
    {
        await using var server = await AwsServer.StartAsync((context, _) => AwsServer.AnswerAsync(context, 200, "{}"));

        using var result = await new LambdaFunctionProvider(_connections).InvokeAsync(
            server.Function("awslambda", ("arn", Arn)), TestRoutes.Invocation(new string(' ', (6 * 1024 * 1024) + 1)), default);

        result.Outcome.ShouldBe(FunctionOutcome.Permanent);
        result.Error.ShouldBe("The event is too large: it has 6291457 bytes, and awslambda takes at most 6291456.");
        server.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task Keeps_the_wait_that_the_service_asks_for()
    {
        await using var server = await AwsServer.StartAsync((context, _) =>
        {
            context.Response.Headers.RetryAfter = "3";
            return AwsServer.AnswerAsync(context, 429, "{}");
        });

        using var result = await CallAsync(server.Function("awslambda", ("arn", Arn)));

        result.RetryAfter.ShouldBe(TimeSpan.FromSeconds(3));
        result.Error.ShouldBe("Lambda failed the call: status 429");
    }

    [Fact]
    public async Task Says_nothing_of_a_secret_that_the_service_repeats()
    {
        await using var server = await AwsServer.StartAsync((context, _) =>
            AwsServer.AnswerAsync(context, 403, $$"""{"message":"The canonical string should have been x-amz-security-token:{{AwsServer.Token}}"}"""));

        using var result = await CallAsync(server.Function("awslambda", ("arn", Arn), ("awsSessionToken", AwsServer.Token)));

        result.Outcome.ShouldBe(FunctionOutcome.AccessDenied);
        result.Error.ShouldBe("Lambda refused the credentials of the call: status 403: The canonical string should have been x-amz-security-token:*****");
    }

    [Fact]
    public async Task Takes_an_answer_of_six_megabytes()
    {
        var body = "\"" + new string('x', 6 * 1024 * 1024) + "\"";
        await using var server = await AwsServer.StartAsync((context, _) => AwsServer.AnswerAsync(context, 200, body));

        using var result = await CallAsync(server.Function("awslambda", ("arn", Arn)));

        result.Outcome.ShouldBe(FunctionOutcome.Success);
        result.Body.Length.ShouldBe(body.Length);
    }

    [Fact]
    public async Task Refuses_an_answer_that_is_too_large()
    {
        using var connections = new AwsConnections(TimeProvider.System, new AwsOptions { MaxResponseBytes = 100 });
        await using var server = await AwsServer.StartAsync((context, _) => AwsServer.AnswerAsync(context, 200, new string('x', 101)));

        using var result = await new LambdaFunctionProvider(connections)
            .InvokeAsync(server.Function("awslambda", ("arn", Arn)), TestRoutes.Invocation(), default);

        result.Outcome.ShouldBe(FunctionOutcome.Permanent);
        result.Error.ShouldBe("Lambda answered with status 200 and a body of more than 100 bytes.");
    }

    [Fact]
    public async Task Reports_a_connection_that_breaks_as_passing()
    {
        await using var server = await AwsServer.StartAsync((context, _) =>
        {
            context.Abort();
            return Task.CompletedTask;
        });

        using var result = await CallAsync(server.Function("awslambda", ("arn", Arn)));

        result.Outcome.ShouldBe(FunctionOutcome.Retryable);
        result.Error!.ShouldStartWith("Lambda could not be reached: ");
    }

    [Fact]
    public async Task Ends_with_its_caller()
    {
        await using var server = await AwsServer.StartAsync((context, _) => Task.Delay(Timeout.Infinite, context.RequestAborted));
        using var caller = new CancellationTokenSource();

        var call = new LambdaFunctionProvider(_connections)
            .InvokeAsync(server.Function("awslambda", ("arn", Arn)), TestRoutes.Invocation(), caller.Token).AsTask();
        await caller.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(call);
    }

    private ValueTask<FunctionResult> CallAsync(Function function) =>
        new LambdaFunctionProvider(_connections).InvokeAsync(function, TestRoutes.Invocation(), default);
}
