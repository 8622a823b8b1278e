using System.Collections.Concurrent;
using System.Text;
using EventGateway.Abstractions.Functions;
using EventGateway.Functions.Http.Connections;
using EventGateway.Tests.Functions.Http;
using Microsoft.AspNetCore.Http;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Functions;

/// <summary>Calls whose answer is not awaited.</summary>
public sealed class HttpFunctionOutcomeTests : IDisposable
{
    private readonly CancellationTokenSource _guard = new(TimeSpan.FromSeconds(30));
    private readonly HttpFunctions _provider = new(TimeProvider.System, new HttpFunctionOptions { MaxResponseBytes = 100_000 });

    public void Dispose()
    {
        _provider.Dispose();
        _guard.Dispose();
    }

    [Theory]
    [InlineData(204, 0)]
    [InlineData(200, 10)]
    [InlineData(200, 50_000)]
    [InlineData(200, 200_000)]
    [InlineData(201, int.MaxValue)]
    public async Task Accepts_a_success_whatever_the_body(int status, int length)
    {
        await using var server = await FunctionServer.StartAsync(context => BabbleAsync(context, status, length));

        for (var call = 0; call < 2; call++)
        {
            using var result = await CallForOutcomeAsync(server.Url);

            (result.Outcome, result.Status, result.Error, result.Body.Length).ShouldBe((FunctionOutcome.Success, status, null, 0));
        }
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort", FunctionOutcome.Success, "")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", FunctionOutcome.Success, "")]
    [InlineData("HTTP/1.1 400 Bad\r\nContent-Length: 100\r\n\r\nshort", FunctionOutcome.Permanent, "short")]
    public async Task Classifies_by_the_status_when_the_body_breaks_off(string answer, FunctionOutcome outcome, string body)
    {
        await using var server = new RawServer((stream, stop) => stream.WriteAsync(Encoding.ASCII.GetBytes(answer), stop).AsTask());

        using var result = await CallForOutcomeAsync(server.Url);

        result.Outcome.ShouldBe(outcome);
        Encoding.UTF8.GetString(result.Body.Span).ShouldBe(body);
    }

    [Theory]
    [InlineData(10, 10)]
    [InlineData(1024, 1024)]
    [InlineData(50_000, 1024)]
    [InlineData(int.MaxValue, 1024)]
    public async Task Keeps_the_beginning_of_an_error_answer(int length, int kept)
    {
        await using var server = await FunctionServer.StartAsync(context => BabbleAsync(context, 500, length));

        using var result = await CallForOutcomeAsync(server.Url);

        (result.Outcome, result.Status, result.Error).ShouldBe((FunctionOutcome.Retryable, 500, "The function answered with status 500."));
        result.Body.ToArray().ShouldBe(new byte[kept]);
    }

    [Fact]
    public async Task Reuses_a_connection_after_an_unused_answer()
    {
        var connections = new ConcurrentBag<string>();
        await using var server = await FunctionServer.StartAsync(context =>
        {
            connections.Add(context.Connection.Id);
            return BabbleAsync(context, connections.Count == 2 ? 500 : 200, 10_000);
        });

        for (var call = 0; call < 3; call++)
        {
            using var result = await CallForOutcomeAsync(server.Url);
        }

        connections.Distinct().Count().ShouldBe(1);
    }

    private ValueTask<FunctionResult> CallForOutcomeAsync(string url) =>
        _provider.InvokeAsync(TestRoutes.Http(url), TestRoutes.Invocation() with { WantsOutcomeOnly = true }, _guard.Token);

    private static async Task BabbleAsync(HttpContext context, int status, int length)
    {
        context.Response.StatusCode = status;
        for (var rest = length; rest > 0; rest -= 1000)
        {
            await context.Response.Body.WriteAsync(new byte[Math.Min(rest, 1000)], context.RequestAborted);
        }
    }
}
