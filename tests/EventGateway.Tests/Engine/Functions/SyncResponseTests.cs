using EventGateway.Abstractions.Functions;
using EventGateway.CloudEvents.Buffers;
using EventGateway.Engine.Functions;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Functions;

public sealed class SyncResponseTests
{
    [Theory]
    [InlineData(FunctionOutcome.Success, 200)]
    [InlineData(FunctionOutcome.Success, 201)]
    [InlineData(FunctionOutcome.Permanent, 400)]
    [InlineData(FunctionOutcome.Permanent, 401)]
    [InlineData(FunctionOutcome.Retryable, 404)]
    [InlineData(FunctionOutcome.Gone, 410)]
    [InlineData(FunctionOutcome.Retryable, 429)]
    [InlineData(FunctionOutcome.Retryable, 502)]
    [InlineData(FunctionOutcome.Retryable, 503)]
    public void Takes_a_response_object_under_any_status_but_500(FunctionOutcome outcome, int status)
    {
        var answer = From(outcome, status, """{"statusCode":201,"body":"x"}""");

        answer.StatusCode.ShouldBe(201);
        answer.Response.ShouldNotBeNull();
        answer.Error.ShouldBeNull();
    }

    [Theory]
    [InlineData(FunctionOutcome.Retryable, 500)]
    [InlineData(FunctionOutcome.Retryable, null)]
    [InlineData(FunctionOutcome.Permanent, null)]
    [InlineData(FunctionOutcome.Gone, null)]
    [InlineData(FunctionOutcome.Retryable, 302)]
    public void Says_that_the_call_failed(FunctionOutcome outcome, int? status) =>
        From(outcome, status, "{}").ShouldBe(new SyncResponse(500, null, "Function call failed. Please check logs."));

    [Theory]
    [InlineData(FunctionOutcome.Success, 204, "")]
    [InlineData(FunctionOutcome.Retryable, 404, "<html>404</html>")]
    public void Says_that_the_answer_is_no_response_object(FunctionOutcome outcome, int status, string body) =>
        From(outcome, status, body).ShouldBe(new SyncResponse(500, null, "HTTP response object malformed"));

    [Fact]
    public void Says_that_the_credentials_were_refused() =>
        From(FunctionOutcome.AccessDenied, null, "{}")
            .ShouldBe(new SyncResponse(500, null, "Function call failed: the credentials of the function were refused."));

    [Fact]
    public void Says_that_the_call_timed_out() =>
        From(FunctionOutcome.TimedOut, null, "").ShouldBe(new SyncResponse(504, null, "Function call timed out."));

    private static SyncResponse From(FunctionOutcome outcome, int? status, string body)
    {
        using var result = new FunctionResult(outcome, System.Text.Encoding.UTF8.GetBytes(body)) { Status = status };
        return SyncResponse.From(result, new PooledBuffer());
    }
}
