using System.Text;
using System.Text.Json;
using EventGateway.Core.CloudEvents;
using EventGateway.Core.Functions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Functions;

public sealed class HttpFunctionProviderTests : IDisposable
{
    private static readonly DateTimeOffset _now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly HttpFunctionProvider _provider = new(
        new FakeTimeProvider(_now), new HttpFunctionOptions { MaxResponseBytes = 100_000 });

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
    public async Task Sends_no_header_that_could_be_another(string contentType, string id, string header)
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
    public async Task Tells_failures_that_pass_from_failures_that_stay(int status, FunctionOutcome expected)
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
    public async Task Reads_when_to_come_back(int status, string? retryAfter, int? seconds)
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

    [Fact]
    public async Task Reports_that_nobody_listens()
    {
        string url;
        await using (var server = await FunctionServer.StartAsync(_ => Task.CompletedTask))
        {
            url = server.Url;
        }

        using var result = await CallAsync(url);

        result.Outcome.ShouldBe(FunctionOutcome.Retryable);
        result.Status.ShouldBeNull();
        result.Error!.ShouldStartWith("The call failed: ");
    }

    [Fact]
    public async Task Reports_a_connection_that_is_not_made_in_time()
    {
        // Making a connection includes the handshake of TLS, which this server never answers.
        await using var server = new RawServer((_, stop) => Task.Delay(Timeout.Infinite, stop));
        using var provider = new HttpFunctionProvider(
            TimeProvider.System, new HttpFunctionOptions { ConnectTimeout = TimeSpan.FromMilliseconds(50) });
        var function = TestRoutes.Http(server.Url.Replace("http:", "https:", StringComparison.Ordinal));

        using var result = await provider.InvokeAsync(function, TestRoutes.Invocation(), _guard.Token);

        result.Outcome.ShouldBe(FunctionOutcome.Retryable);
        result.Error.ShouldBe("The call failed: no connection could be made within 0.05 s.");
    }

    [Theory]
    [InlineData("")]
    [InlineData("this is no HTTP\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n")]
    public async Task Reports_an_answer_that_is_broken(string answer)
    {
        await using var server = new RawServer((stream, stop) => stream.WriteAsync(Encoding.ASCII.GetBytes(answer), stop).AsTask());

        using var result = await CallAsync(server.Url);

        result.Outcome.ShouldBe(FunctionOutcome.Retryable);
        result.Body.IsEmpty.ShouldBeTrue();
        result.Error!.ShouldStartWith("The call failed: ");
    }

    [Fact]
    public async Task Gives_up_an_endless_body_at_its_limit()
    {
        await using var server = new RawServer(async (stream, stop) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray(), stop);
            while (true)
            {
                await stream.WriteAsync(new byte[4096], stop);
            }
        });

        using var result = await CallAsync(server.Url);

        result.Outcome.ShouldBe(FunctionOutcome.Permanent);
        result.Error.ShouldBe("The function answered with status 200 and a body of more than 100000 bytes.");
    }

    [Fact]
    public async Task Refuses_an_announced_body_over_its_limit_without_reading_it()
    {
        await using var server = new RawServer((stream, stop) =>
            stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 100001\r\n\r\n"u8.ToArray(), stop).AsTask());

        using var result = await CallAsync(server.Url);

        result.Error.ShouldBe("The function answered with status 200 and a body of more than 100000 bytes.");
    }

    [Fact]
    public async Task Judges_a_failure_by_its_status_however_long_its_body()
    {
        await using var server = new RawServer((stream, stop) =>
            stream.WriteAsync("HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nContent-Length: 100001\r\n\r\n"u8.ToArray(), stop).AsTask());

        using var result = await CallAsync(server.Url);

        result.Outcome.ShouldBe(FunctionOutcome.Retryable);
        result.RetryAfter.ShouldBe(TimeSpan.FromSeconds(7));
    }

    [Fact]
    public async Task Takes_a_body_of_exactly_its_limit()
    {
        await using var server = await FunctionServer.StartAsync(context => context.Response.Body.WriteAsync(new byte[100_000]).AsTask());

        using var result = await CallAsync(server.Url);

        result.Outcome.ShouldBe(FunctionOutcome.Success);
        result.Body.Length.ShouldBe(100_000);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345")]
    public async Task Stops_at_cancellation_wherever_the_function_hangs(string answered)
    {
        using var cancellation = new CancellationTokenSource();
        await using var server = new RawServer(async (stream, stop) =>
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(answered), stop);
            await cancellation.CancelAsync();
            await Task.Delay(Timeout.Infinite, stop);
        });

        var call = _provider.InvokeAsync(TestRoutes.Http(server.Url), TestRoutes.Invocation(), cancellation.Token).AsTask();

        await Should.ThrowAsync<OperationCanceledException>(call);
    }

    [Theory]
    [InlineData(1024 * 1024, true)]
    [InlineData(1024 * 1024, false)]
    [InlineData(32 * 1024 * 1024, true)]
    [InlineData(32 * 1024 * 1024, false)]
    public async Task Copes_with_an_answer_that_comes_while_the_event_is_still_being_sent(int size, bool reads)
    {
        await using var server = new RawServer(async (stream, stop) =>
        {
            await stream.WriteAsync("HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray(), stop);
            if (reads)
            {
                await stream.ReadExactlyAsync(new byte[size / 2], stop);
            }
        });

        using var result = await _provider.InvokeAsync(TestRoutes.Http(server.Url), TestRoutes.Invocation(new string(' ', size)), _guard.Token);

        // Closing with bytes unread resets the connection, which may overtake the answer.
        result.Outcome.ShouldBe(result.Status is 413 ? FunctionOutcome.Permanent : FunctionOutcome.Retryable);
        result.Status.ShouldBeOneOf(413, null);
    }

    [Fact]
    public async Task Takes_the_early_answer_of_a_server_that_reads_on()
    {
        await using var server = await FunctionServer.StartAsync(context =>
        {
            context.Response.StatusCode = 413;
            return Task.CompletedTask;
        });

        using var result = await _provider.InvokeAsync(TestRoutes.Http(server.Url), TestRoutes.Invocation(new string(' ', 1024 * 1024)), _guard.Token);

        result.Outcome.ShouldBe(FunctionOutcome.Permanent);
        result.Status.ShouldBe(413);
    }

    [Fact]
    public async Task Stops_at_cancellation_when_a_function_answers_and_reads_no_more()
    {
        using var cancellation = new CancellationTokenSource();
        await using var server = new RawServer(async (stream, stop) =>
        {
            await stream.WriteAsync("HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), stop);
            await cancellation.CancelAsync();
            await Task.Delay(Timeout.Infinite, stop);
        });

        var call = _provider.InvokeAsync(TestRoutes.Http(server.Url), TestRoutes.Invocation(new string(' ', 32 * 1024 * 1024)), cancellation.Token).AsTask();

        try
        {
            (await call.WaitAsync(_guard.Token)).Status.ShouldBe(413);
        }
        catch (OperationCanceledException)
        {
            cancellation.IsCancellationRequested.ShouldBeTrue();
        }
    }

    [Fact]
    public void Keeps_known_settings_only()
    {
        var errors = new List<string>();

        var settings = _provider.Validate(JsonElement.Parse("""{"URL":"http://example.com/?a=1&b=<2>","foo":1}"""), errors);

        errors.ShouldBeEmpty();
        settings.EnumerateObject().Count().ShouldBe(1);
        settings.GetProperty("url").GetString().ShouldBe("http://example.com/?a=1&b=<2>");
    }

    [Theory]
    [InlineData("https://10.0.0.1:8443/a?b#c")]
    [InlineData("http://localhost")]
    [InlineData("http://user:secret@[::1]:80/%20")]
    public void Accepts_urls(string url)
    {
        var errors = new List<string>();
        _provider.Validate(ProviderSettings.Create("url", url), errors);
        errors.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("example.com")]
    [InlineData("/path")]
    [InlineData("http://")]
    [InlineData("http:example.com")]
    [InlineData("http://exa mple.com")]
    [InlineData(" http://example.com")]
    [InlineData("http://example.com/%zz")]
    [InlineData("http://example.com/%2")]
    [InlineData("http://example.com:99999")]
    [InlineData("mailto:a@b.c")]
    [InlineData("ftp://example.com")]
    [InlineData("file:///etc/passwd")]
    [InlineData("http://example.com/\r\nx: y")]
    public void Refuses_other_urls(string url)
    {
        var errors = new List<string>();
        _provider.Validate(ProviderSettings.Create("url", url), errors);
        errors.ShouldBe(["provider.url must be an absolute http or https URL, such as https://example.com/function"]);
    }

    [Theory]
    [InlineData("{}", "provider.url is required: ")]
    [InlineData("""{"url":""}""", "provider.url is required: ")]
    [InlineData("""{"url":null}""", "provider.url is required: ")]
    [InlineData("null", "provider.url is required: ")]
    [InlineData("""{"url":5}""", "provider.url must be a string: ")]
    [InlineData("[]", "provider must be an object with the field url: ")]
    public void Says_what_is_wrong_with_the_settings(string settings, string error)
    {
        var errors = new List<string>();
        _provider.Validate(JsonElement.Parse(settings), errors);
        errors.ShouldBe([error + "an absolute http or https URL, such as https://example.com/function"]);
    }

    private ValueTask<FunctionResult> CallAsync(string url) =>
        _provider.InvokeAsync(TestRoutes.Http(url), TestRoutes.Invocation(), _guard.Token);
}
