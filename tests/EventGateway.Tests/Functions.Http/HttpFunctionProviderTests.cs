using System.Text;
using EventGateway.Abstractions.Functions;
using EventGateway.CloudEvents;
using EventGateway.Tests.Engine.Functions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Functions.Http;

public sealed class HttpFunctionProviderTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly HttpFunctions _provider = new(new FakeTimeProvider(Now));
    private readonly CancellationTokenSource _guard = new(TimeSpan.FromSeconds(30));

    public void Dispose()
    {
        _provider.Dispose();
        _guard.Dispose();
    }

    [Fact]
    public async Task Posts_the_event_and_reads_the_answer()
    {
        string? seen = null;
        await using var server = await FunctionServer.StartAsync(async context =>
        {
            using var body = new StreamReader(context.Request.Body);
            seen = $"{context.Request.Method} {context.Request.Path}{context.Request.QueryString} {context.Request.ContentType} "
                + $"{context.Request.ContentLength} {await body.ReadToEndAsync()} traced={context.Request.Headers.ContainsKey("traceparent")}";
            await context.Response.WriteAsync("hello");
        });

        using var result = await CallAsync(server.Url + "/fn?a=b");

        seen.ShouldBe("POST /fn?a=b application/cloudevents+json 10 {\"id\":\"1\"} traced=False");
        result.Outcome.ShouldBe(FunctionOutcome.Success);
        result.Status.ShouldBe(200);
        result.Error.ShouldBeNull();
        Encoding.UTF8.GetString(result.Body.Span).ShouldBe("hello");
    }

    [Fact]
    public async Task Carries_the_headers_of_an_event_in_the_answer()
    {
        await using var server = await FunctionServer.StartAsync(context =>
        {
            context.Response.ContentType = "text/plain;charset=utf-8";
            context.Response.Headers["CE-SpecVersion"] = "1.0";
            context.Response.Headers["ce-mine"] = new(["a", "b"]);
            context.Response.Headers["x-other"] = "c";
            return context.Response.WriteAsync("hello");
        });

        using var result = await CallAsync(server.Url);
        using var outcome = await _provider.InvokeAsync(
            TestRoutes.Http(server.Url), TestRoutes.Invocation() with { WantsOutcomeOnly = true }, _guard.Token);

        result.ContentType.ShouldBe("text/plain;charset=utf-8");
        result.EventHeaders.ShouldBe([new("ce-specversion", "1.0"), new("ce-mine", "a, b")], ignoreOrder: true);
        outcome.ContentType.ShouldBeNull();
        outcome.EventHeaders.ShouldBeNull();
    }

    [Theory]
    [InlineData(10, 10, 10, null)]
    [InlineData(0, 10, 0, null)]
    [InlineData(11, 10, 0, 11)]
    [InlineData(1_000_000, 10, 0, 1_000_000)]
    [InlineData(200_000, 262_144, 200_000, null)]
    [InlineData(262_145, 262_144, 0, 262_145)]
    public async Task Returns_a_small_answer_even_when_only_the_outcome_is_wanted(int size, int wanted, int returned, int? omitted)
    {
        var isChunked = false;
        await using var server = await FunctionServer.StartAsync(context =>
        {
            context.Response.ContentLength = isChunked ? null : size;
            return context.Response.Body.WriteAsync(new byte[size]).AsTask();
        });
        var invocation = TestRoutes.Invocation() with { WantsOutcomeOnly = true, AnswerBytes = wanted };

        using var result = await _provider.InvokeAsync(TestRoutes.Http(server.Url), invocation, _guard.Token);
        isChunked = true;
        using var chunked = await _provider.InvokeAsync(TestRoutes.Http(server.Url), invocation, _guard.Token);

        (result.Outcome, result.Body.Length, result.OmittedBytes).ShouldBe((FunctionOutcome.Success, returned, omitted));
        (chunked.Outcome, chunked.Body.Length, chunked.OmittedBytes).ShouldBe((FunctionOutcome.Success, returned, omitted is null ? null : 0));
    }

    [Fact]
    public async Task Carries_no_headers_of_an_answer_that_is_not_in_binary_mode()
    {
        await using var server = await FunctionServer.StartAsync(context =>
        {
            context.Response.Headers["ce-id"] = "1";
            return Task.CompletedTask;
        });

        using var result = await CallAsync(server.Url);

        result.ContentType.ShouldBeNull();
        result.EventHeaders.ShouldBeEmpty();
    }

    [Fact]
    public async Task Sends_the_headers_of_binary_mode()
    {
        string? seen = null;
        await using var server = await FunctionServer.StartAsync(context =>
        {
            seen = $"{context.Request.Headers["ce-id"]} {context.Request.ContentType} {context.Request.ContentLength}";
            return Task.CompletedTask;
        });

        var payload = new EventPayload(default, null, [new("ce-id", "7")]);
        using var result = await _provider.InvokeAsync(TestRoutes.Http(server.Url), TestRoutes.Invocation(payload), _guard.Token);

        seen.ShouldBe("7  0");
    }

    [Theory]
    [InlineData("text/plain\r\nx: y", "7", "Content-Type")]
    [InlineData("text/plain", "7\nx: y", "ce-id")]
    [InlineData("text/plain", "\0", "ce-id")]
    [InlineData("text/plain", "é", "ce-id")]
    public async Task Refuses_a_header_value_that_could_begin_another_header(string contentType, string id, string header)
    {
        var calls = 0;
        await using var server = await FunctionServer.StartAsync(_ =>
        {
            Interlocked.Increment(ref calls);
            return Task.CompletedTask;
        });

        var payload = new EventPayload(default, contentType, [new("ce-id", id)]);
        using var result = await _provider.InvokeAsync(TestRoutes.Http(server.Url), TestRoutes.Invocation(payload), _guard.Token);

        result.Outcome.ShouldBe(FunctionOutcome.Permanent);
        result.Error.ShouldBe($"The event can't be sent: the value of its header {header} has characters other than printable ASCII.");
        calls.ShouldBe(0);
    }

    [Fact]
    public async Task Sends_the_credentials_of_the_url()
    {
        string? seen = null;
        await using var server = await FunctionServer.StartAsync(context =>
        {
            seen = context.Request.Headers.Authorization;
            return Task.CompletedTask;
        });

        using var result = await CallAsync(server.Url.Replace("//", "//me:p%40ss@", StringComparison.Ordinal));

        seen.ShouldBe("Basic " + Convert.ToBase64String("me:p@ss"u8));
    }

    [Theory]
    [InlineData(200, FunctionOutcome.Success)]
    [InlineData(204, FunctionOutcome.Success)]
    [InlineData(299, FunctionOutcome.Success)]
    [InlineData(301, FunctionOutcome.Retryable)]
    [InlineData(302, FunctionOutcome.Retryable)]
    [InlineData(304, FunctionOutcome.Retryable)]
    [InlineData(400, FunctionOutcome.Permanent)]
    [InlineData(401, FunctionOutcome.Permanent)]
    [InlineData(403, FunctionOutcome.Permanent)]
    [InlineData(404, FunctionOutcome.Retryable)]
    [InlineData(405, FunctionOutcome.Permanent)]
    [InlineData(408, FunctionOutcome.Retryable)]
    [InlineData(409, FunctionOutcome.Retryable)]
    [InlineData(410, FunctionOutcome.Gone)]
    [InlineData(413, FunctionOutcome.Permanent)]
    [InlineData(415, FunctionOutcome.Permanent)]
    [InlineData(418, FunctionOutcome.Retryable)]
    [InlineData(422, FunctionOutcome.Permanent)]
    [InlineData(425, FunctionOutcome.Retryable)]
    [InlineData(429, FunctionOutcome.Retryable)]
    [InlineData(500, FunctionOutcome.Retryable)]
    [InlineData(501, FunctionOutcome.Retryable)]
    [InlineData(503, FunctionOutcome.Retryable)]
    [InlineData(599, FunctionOutcome.Retryable)]
    public async Task Classifies_an_answer_by_its_status(int status, FunctionOutcome expected)
    {
        await using var server = await FunctionServer.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        });

        using var result = await CallAsync(server.Url);

        result.Outcome.ShouldBe(expected);
        result.Status.ShouldBe(status);
        (result.Error is null).ShouldBe(expected == FunctionOutcome.Success);
    }

    [Fact]
    public async Task Does_not_follow_a_redirect()
    {
        var calls = 0;
        await using var server = await FunctionServer.StartAsync(context =>
        {
            Interlocked.Increment(ref calls);
            context.Response.Redirect("/elsewhere");
            return Task.CompletedTask;
        });

        using var result = await CallAsync(server.Url);

        result.Status.ShouldBe(302);
        calls.ShouldBe(1);
    }

    [Theory]
    [InlineData(429, "7", 7)]
    [InlineData(503, "Tue, 01 Jan 2030 00:01:00 GMT", 60)]
    [InlineData(503, "Mon, 31 Dec 2029 00:00:00 GMT", 0)]
    [InlineData(503, "soon", null)]
    [InlineData(500, "7", null)]
    [InlineData(429, null, null)]
    public async Task Reads_Retry_After(int status, string? retryAfter, int? seconds)
    {
        await using var server = await FunctionServer.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.RetryAfter = retryAfter;
            return Task.CompletedTask;
        });

        using var result = await CallAsync(server.Url);

        result.RetryAfter.ShouldBe(seconds is { } wait ? TimeSpan.FromSeconds(wait) : null);
    }

    private ValueTask<FunctionResult> CallAsync(string url) =>
        _provider.InvokeAsync(TestRoutes.Http(url), TestRoutes.Invocation(), _guard.Token);
}
