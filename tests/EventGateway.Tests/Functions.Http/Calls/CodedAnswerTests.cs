using System.Text;
using EventGateway.Abstractions.Functions;
using EventGateway.CloudEvents.Buffers;
using EventGateway.Functions.Http.Connections;
using EventGateway.Tests.Engine.Functions;
using EventGateway.TestSupport;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Functions.Http.Calls;

/// <summary>Functions that compress their answers.</summary>
public sealed class CodedAnswerTests : IDisposable
{
    private const int Limit = 100_000;
    private const string Answer = """{"statusCode":200,"body":"hi"}""";

    private readonly MemoryBudget _memory = new(1_000_000);
    private readonly HttpFunctions _provider;
    private readonly CancellationTokenSource _guard = new(TimeSpan.FromSeconds(30));

    public CodedAnswerTests() =>
        _provider = new HttpFunctions(TimeProvider.System, new HttpFunctionOptions { MaxResponseBytes = Limit, AnswerMemory = _memory });

    public void Dispose()
    {
        _provider.Dispose();
        _guard.Dispose();
    }

    [Theory]
    [InlineData("gzip", "gzip")]
    [InlineData("x-gzip", "gzip")]
    [InlineData("BR", "br")]
    [InlineData("deflate", "deflate")]
    [InlineData("deflate", "raw deflate")]
    [InlineData("identity")]
    [InlineData("gzip, br", "gzip", "br")]
    public async Task Decodes_an_answer(string header, params string[] codings)
    {
        await using var server = await ServerAsync(header, Coded.With(Encoding.UTF8.GetBytes(Answer), codings));

        using var result = await CallAsync(server.Url);

        (result.Outcome, result.Status, Encoding.UTF8.GetString(result.Body.Span)).ShouldBe((FunctionOutcome.Success, 200, Answer));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Asks_for_the_codings_that_it_decodes(bool wantsOutcomeOnly)
    {
        string? asked = null;
        await using var server = await FunctionServer.StartAsync(context =>
        {
            asked = context.Request.Headers.AcceptEncoding;
            return Task.CompletedTask;
        });

        using var result = await CallAsync(server.Url, wantsOutcomeOnly);

        asked.ShouldBe("gzip, br, deflate");
    }

    [Fact]
    public async Task An_empty_answer_is_empty()
    {
        await using var server = await ServerAsync("gzip", []);

        using var result = await CallAsync(server.Url);

        (result.Outcome, result.Body.Length).ShouldBe((FunctionOutcome.Success, 0));
    }

    [Fact]
    public async Task The_limit_is_for_the_decoded_answer()
    {
        await using var fits = await ServerAsync("gzip", Coded.With(new byte[Limit], "gzip"));
        await using var bomb = await ServerAsync("br, gzip", Coded.With(new byte[50_000_000], "br", "gzip"));

        using (var result = await CallAsync(fits.Url))
        {
            result.Body.Length.ShouldBe(Limit);
            _memory.Held.ShouldBeGreaterThan(0);
        }

        using (var result = await CallAsync(bomb.Url))
        {
            result.Outcome.ShouldBe(FunctionOutcome.Permanent);
            result.Error.ShouldBe("The function answered with status 200 and a body of more than 100000 bytes when its br, gzip is decoded.");
        }

        _memory.Held.ShouldBe(0);
    }

    [Theory]
    [InlineData("gzip", FunctionOutcome.Retryable, "whose gzip is damaged")]
    [InlineData("gzip, br", FunctionOutcome.Retryable, "whose gzip, br is damaged")]
    [InlineData("zstd", FunctionOutcome.Permanent, "with the Content-Encoding \"zstd\", which cannot be decoded; accepted: gzip, br, deflate")]
    [InlineData("gzip, gzip, gzip, gzip, gzip", FunctionOutcome.Permanent, "with 5 codings in Content-Encoding; at most 4 are accepted")]
    public async Task Says_why_an_answer_cannot_be_decoded(string header, FunctionOutcome outcome, string problem)
    {
        await using var server = await ServerAsync(header, Encoding.UTF8.GetBytes(Answer));

        using var result = await CallAsync(server.Url);

        result.Outcome.ShouldBe(outcome);
        result.Error.ShouldBe($"The function answered with status 200 and a body {problem}.");
        result.Body.IsEmpty.ShouldBeTrue();
    }

    [Theory]
    [InlineData(503, FunctionOutcome.Retryable)]
    [InlineData(400, FunctionOutcome.Permanent)]
    public async Task The_status_of_a_failure_decides_even_when_its_answer_is_damaged(int status, FunctionOutcome outcome)
    {
        await using var server = await ServerAsync("gzip", "oh no"u8.ToArray(), status);

        using var result = await CallAsync(server.Url);

        result.Outcome.ShouldBe(outcome);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    public async Task Keeps_the_beginning_of_a_failure_as_text(string coding)
    {
        var text = string.Concat(Enumerable.Range(0, 50_000).Select(i => $"line {i}\n"));
        await using var server = await ServerAsync(coding, Coded.With(Encoding.UTF8.GetBytes(text), coding), 500);

        using var result = await CallAsync(server.Url, wantsOutcomeOnly: true);

        (result.Outcome, result.Error).ShouldBe((FunctionOutcome.Retryable, "The function answered with status 500."));
        Encoding.UTF8.GetString(result.Body.Span).ShouldBe(text[..result.Body.Length]);
        result.Body.Length.ShouldBe(Invocation.BeginningBytes);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("zstd")]
    public async Task Keeps_nothing_of_a_failure_that_cannot_be_decoded(string coding)
    {
        await using var server = await ServerAsync(coding, [0x28, 0xB5, 0x2F, 0xFD, 1, 2, 3], 500);

        using var result = await CallAsync(server.Url, wantsOutcomeOnly: true);

        (result.Status, result.Body.Length).ShouldBe((500, 0));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("zstd")]
    public async Task A_success_of_which_only_the_outcome_is_wanted_is_not_decoded(string coding)
    {
        await using var server = await ServerAsync(coding, "anything"u8.ToArray());

        using var result = await CallAsync(server.Url, wantsOutcomeOnly: true);

        result.Outcome.ShouldBe(FunctionOutcome.Success);
    }

    private static Task<FunctionServer> ServerAsync(string header, byte[] body, int status = 200) => FunctionServer.StartAsync(context =>
    {
        context.Response.StatusCode = status;
        context.Response.Headers.ContentEncoding = header;
        context.Response.ContentLength = body.Length;
        return context.Response.Body.WriteAsync(body).AsTask();
    });

    private async Task<FunctionResult> CallAsync(string url, bool wantsOutcomeOnly = false) =>
        await _provider.InvokeAsync(TestRoutes.Http(url), TestRoutes.Invocation() with { WantsOutcomeOnly = wantsOutcomeOnly }, _guard.Token);
}
