using EventGateway.Abstractions.Functions;
using EventGateway.CloudEvents.Buffers;
using EventGateway.Engine;
using EventGateway.Engine.Functions;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Functions;

public sealed class SyncResponseTests
{
    private static readonly GatewayDefaults Compatible = new() { FunctionFailureStatus = 500, StrictResponseObjects = true };

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
        ShouldBe(outcome, status, "{}", "Function call failed. Please check logs.");

    [Theory]
    [InlineData(FunctionOutcome.Success, 204, "", "the answer is empty")]
    [InlineData(FunctionOutcome.Success, null, "hello", "the answer is not JSON")]
    [InlineData(FunctionOutcome.Retryable, 404, "<html>404</html>", "the answer is not JSON")]
    [InlineData(FunctionOutcome.Retryable, 503, """{"message":"no"}""", "statusCode is missing, and only an answer with a status from 200 to 299 can do without")]
    public void Says_what_a_function_must_answer(FunctionOutcome outcome, int? status, string body, string problem)
    {
        const string Text = "HTTP response object malformed. A function must answer with JSON: {\"statusCode\": 200, \"headers\": {}, \"body\": \"\"}, "
            + "or any JSON without statusCode, which is sent as the body with status 200.";

        From(outcome, status, body).ShouldBe(new SyncResponse(502, null, Text) { Problem = problem });
    }

    [Fact]
    public void Says_in_compatible_mode_only_that_the_answer_is_malformed() =>
        From(FunctionOutcome.Success, 200, "[]", Compatible)
            .ShouldBe(new SyncResponse(500, null, "HTTP response object malformed") { Problem = "the answer is not an object" });

    [Theory]
    [InlineData(FunctionOutcome.Success, 200, """{"statusCode":"201"}""", 201, 500)]
    [InlineData(FunctionOutcome.Success, 202, """{"message":"hi"}""", 200, 200)]
    [InlineData(FunctionOutcome.Retryable, 404, """{"message":"hi"}""", 502, 200)]
    public void Reads_an_answer_as_the_settings_say(FunctionOutcome outcome, int status, string body, int expected, int compatible)
    {
        From(outcome, status, body).StatusCode.ShouldBe(expected);
        From(outcome, status, body, Compatible).StatusCode.ShouldBe(compatible);
    }

    [Fact]
    public void Says_that_the_credentials_were_refused() =>
        ShouldBe(FunctionOutcome.AccessDenied, null, "{}", "Function call failed: the credentials of the function were refused.");

    [Fact]
    public void Says_that_the_call_timed_out() =>
        From(FunctionOutcome.TimedOut, null, "").ShouldBe(new SyncResponse(504, null, "Function call timed out."));

    private static void ShouldBe(FunctionOutcome outcome, int? status, string body, string error)
    {
        From(outcome, status, body).ShouldBe(new SyncResponse(502, null, error));
        From(outcome, status, body, Compatible).ShouldBe(new SyncResponse(500, null, error));
    }

    private static SyncResponse From(FunctionOutcome outcome, int? status, string body, GatewayDefaults? defaults = null)
    {
        using var result = new FunctionResult(outcome, System.Text.Encoding.UTF8.GetBytes(body)) { Status = status };
        return SyncResponse.From(result, new PooledBuffer(), defaults ?? new GatewayDefaults());
    }
}
