using System.Text;
using EventGateway.Abstractions.Functions;
using EventGateway.Functions.Http.Connections;
using EventGateway.Tests.Functions.Http;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Functions;

/// <summary>Functions that do not answer, or not as they should.</summary>
public sealed class HttpFunctionTroubleTests : IDisposable
{
    private readonly HttpFunctions _provider = new(TimeProvider.System, new HttpFunctionOptions { MaxResponseBytes = 100_000 });
    private readonly CancellationTokenSource _guard = new(TimeSpan.FromSeconds(30));

    public void Dispose()
    {
        _provider.Dispose();
        _guard.Dispose();
    }

    [Fact]
    public async Task Reports_a_refused_connection()
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
        using var provider = new HttpFunctions(
            TimeProvider.System, new HttpFunctionOptions { ConnectTimeout = TimeSpan.FromMilliseconds(50) });
        var function = TestRoutes.Http(server.Url.Replace("http:", "https:", StringComparison.Ordinal));

        using var result = await provider.InvokeAsync(function, TestRoutes.Invocation(), _guard.Token);

        result.Outcome.ShouldBe(FunctionOutcome.Retryable);
        result.Error.ShouldBe("The call failed: no connection could be made within 0.05 s.");
    }

    [Theory]
    [InlineData("hush-1\r\n\r\n")]
    [InlineData("HTTP/1.1 hush-1\r\n\r\n")]
    [InlineData("HTTP/1.1 500 No\r\nhush-1\r\n\r\n")]
    [InlineData("HTTP/1.1 500 No\r\nTransfer-Encoding: chunked\r\n\r\nhush-1\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nhush-1\r\n")]
    public async Task Does_not_repeat_an_answer_that_is_not_HTTP(string answer)
    {
        await using var server = new RawServer((stream, stop) => stream.WriteAsync(Encoding.ASCII.GetBytes(answer), stop).AsTask());

        using var result = await CallAsync(server.Url);

        result.Outcome.ShouldBe(FunctionOutcome.Retryable);
        result.Error!.ShouldNotContain("hush");
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

    [Theory]
    [InlineData("100001")]
    [InlineData("4294967296")]
    [InlineData("9223372036854775808")]
    [InlineData("99999999999999999999999999999")]
    public async Task Refuses_an_announced_body_over_its_limit_without_reading_it(string length)
    {
        await using var server = new RawServer((stream, stop) =>
            stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n"), stop).AsTask());

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
    public async Task Accepts_an_answer_that_comes_while_the_event_is_being_sent(int size, bool reads)
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

    private ValueTask<FunctionResult> CallAsync(string url) =>
        _provider.InvokeAsync(TestRoutes.Http(url), TestRoutes.Invocation(), _guard.Token);
}
