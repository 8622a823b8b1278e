using System.Text;
using EventGateway.Serving;
using EventGateway.Tests.Engine.Functions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Serving;

public sealed class ErrorBoundaryTests : IDisposable
{
    private readonly RecordingLogger<ErrorBoundaryTests> _log = new();
    private readonly MemoryStream _body = new();
    private readonly DefaultHttpContext _context;

    public ErrorBoundaryTests() =>
        _context = new DefaultHttpContext { Request = { Method = "PUT", Path = "/a" }, Response = { Body = _body } };

    public void Dispose() => _body.Dispose();

    [Fact]
    public async Task Answers_500_and_logs_what_nobody_expected()
    {
        await ServeAsync(context =>
        {
            context.Response.StatusCode = 202;
            context.Response.Headers["x-half-done"] = "1";
            throw new InvalidOperationException("internals");
        });

        Answer().ShouldBe("""500 application/json {"errors":[{"message":"Unexpected error. Please check logs."}]}""" + "\n");
        _context.Response.Headers.ContainsKey("x-half-done").ShouldBeFalse();
        _log.Entries.ShouldBe([(LogLevel.Error, "Unexpected error at PUT /a.")]);
    }

    [Fact]
    public async Task Keeps_the_status_of_a_bad_request()
    {
        await ServeAsync(_ => throw new BadHttpRequestException("The body came too slowly.", 408));

        Answer().ShouldBe("""408 application/json {"errors":[{"message":"The body came too slowly."}]}""" + "\n");
        _log.Entries.ShouldBe([(LogLevel.Debug, "Refused PUT /a with 408: The body came too slowly.")]);
    }

    [Fact]
    public async Task Writes_nothing_for_a_client_that_has_gone()
    {
        using var gone = new CancellationTokenSource();
        _context.RequestAborted = gone.Token;
        await gone.CancelAsync();

        await ServeAsync(_ => throw new OperationCanceledException());
        await ServeAsync(_ => throw new ConnectionResetException("gone"));

        await ServeAsync(_ => throw new IOException("gone"));

        _body.Length.ShouldBe(0);
        _log.Entries.ShouldAllBe(static entry => entry.Level == LogLevel.Debug);
    }

    [Fact]
    public async Task Takes_a_cancellation_that_the_client_did_not_cause_for_an_error()
    {
        await ServeAsync(_ => throw new OperationCanceledException());

        Answer().ShouldStartWith("500 ");
        _log.Entries.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Adds_nothing_to_a_response_that_has_started(bool badRequest)
    {
        _context.Features.Set<IHttpResponseFeature>(new StartedResponse());
        Exception exception = badRequest ? new BadHttpRequestException("bad") : new InvalidOperationException();

        // The server cuts such a response off and logs why.
        (await Should.ThrowAsync<Exception>(ServeAsync(_ => throw exception))).ShouldBeSameAs(exception);

        _body.Length.ShouldBe(0);
    }

    [Fact]
    public async Task Answers_503_when_the_memory_does_not_suffice()
    {
        await ServeAsync(_ =>
        {
            // More than an array may have.
            GC.KeepAlive(new long[int.MaxValue]);
            return Task.CompletedTask;
        });

        Answer().ShouldStartWith("503 application/json");
        _context.Response.Headers.RetryAfter.ToString().ShouldBe("1");
    }

    [Fact]
    public async Task Leaves_alone_what_goes_well()
    {
        await ServeAsync(context => context.Response.WriteAsync("fine"));

        Answer().ShouldBe("200  fine");
    }

    private async Task ServeAsync(RequestDelegate inside)
    {
        await using var services = new ServiceCollection()
            .AddMetrics()
            .AddSingleton(TimeProvider.System)
            .AddSingleton<ILoggerFactory>(new LoggerFactory([new Provider(_log)]))
            .AddSingleton(typeof(ILogger<>), typeof(Logger<>))
            .AddSingleton<Overload>()
            .BuildServiceProvider();
        var app = new ApplicationBuilder(services);
        app.UseErrorBoundary();
        app.Run(inside);
        await app.Build()(_context);
    }

    private string Answer() => $"{_context.Response.StatusCode} {_context.Response.ContentType} {Encoding.UTF8.GetString(_body.ToArray())}";

    private sealed class StartedResponse : HttpResponseFeature
    {
        public override bool HasStarted => true;
    }

    private sealed class Provider(ILogger logger) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => logger;

        public void Dispose()
        {
        }
    }
}
