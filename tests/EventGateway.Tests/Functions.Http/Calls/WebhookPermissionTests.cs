using System.Net;
using EventGateway.Abstractions.Functions;
using EventGateway.Functions.Http.Calls;
using EventGateway.Functions.Http.Settings;
using EventGateway.Tests.Harness;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Functions.Http.Calls;

public sealed class WebhookPermissionTests : IDisposable
{
    private readonly SteppedTimeProvider _clock = new();
    private readonly CancellationTokenSource _guard = new(TimeSpan.FromSeconds(30));
    private readonly WebhookPermission _permission;
    private int _asked;

    public WebhookPermissionTests() => _permission = new WebhookPermission(new ValidationSettings("gw.example.com", null), _clock);

    public void Dispose() => _guard.Dispose();

    [Theory]
    [InlineData("*")]
    [InlineData("GW.example.com")]
    public async Task Asks_once_and_again_after_an_hour(string origin)
    {
        (await EnsureAsync(200, origin)).ShouldBeNull();
        _clock.Advance(TimeSpan.FromMinutes(59));
        (await EnsureAsync(200, origin)).ShouldBeNull();
        _asked.ShouldBe(1);

        _clock.Advance(TimeSpan.FromMinutes(1));
        (await EnsureAsync(200, origin)).ShouldBeNull();
        _asked.ShouldBe(2);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task A_change_of_the_system_clock_does_not_change_the_lifetime_of_a_permission(int days)
    {
        (await EnsureAsync(200, "*")).ShouldBeNull();
        _clock.Step(TimeSpan.FromDays(days));
        _clock.Advance(TimeSpan.FromMinutes(59));
        (await EnsureAsync(200, "*")).ShouldBeNull();
        _asked.ShouldBe(1);

        _clock.Advance(TimeSpan.FromMinutes(1));
        (await EnsureAsync(200, "*")).ShouldBeNull();
        _asked.ShouldBe(2);
    }

    [Theory]
    [InlineData(200, "other", FunctionOutcome.Permanent)]
    [InlineData(200, null, FunctionOutcome.Permanent)]
    [InlineData(405, "*", FunctionOutcome.Permanent)]
    [InlineData(429, "*", FunctionOutcome.Retryable)]
    [InlineData(503, null, FunctionOutcome.Retryable)]
    public async Task Makes_no_call_without_a_permission_and_asks_again(int status, string? origin, FunctionOutcome outcome)
    {
        using (var refusal = await EnsureAsync(status, origin))
        {
            (refusal.ShouldNotBeNull().Outcome, refusal.Status).ShouldBe((outcome, null));
        }

        (await EnsureAsync(200, "*")).ShouldBeNull();
        _asked.ShouldBe(2);
    }

    [Fact]
    public async Task Asks_once_for_concurrent_callers()
    {
        var answer = new TaskCompletionSource<HttpResponseMessage>();
        var calls = Enumerable.Range(0, 20).Select(_ => _permission.EnsureAsync((_, _) => Ask(answer.Task), _guard.Token).AsTask()).ToList();

        answer.SetResult(Answer(200, "*", null));

        (await Task.WhenAll(calls)).ShouldAllBe(refusal => refusal == null);
        _asked.ShouldBe(1);
    }

    [Fact]
    public async Task Keeps_to_the_rate_that_the_function_allows()
    {
        (await EnsureAsync(200, "*", "60")).ShouldBeNull();
        var second = EnsureAsync(200, "*", "60");
        second.IsCompleted.ShouldBeFalse();
        using (var third = await EnsureAsync(200, "*", "60"))
        {
            third.ShouldNotBeNull().RetryAfter.ShouldBe(TimeSpan.FromSeconds(2));
        }

        _clock.Advance(TimeSpan.FromSeconds(1));
        (await second).ShouldBeNull();
        _asked.ShouldBe(1);
    }

    [Theory]
    [InlineData("2147483647")]
    [InlineData("99999999999")]
    [InlineData("99999999999999999999999999")]
    [InlineData("0")]
    [InlineData("-60")]
    [InlineData("many")]
    public async Task A_rate_without_end_or_without_meaning_is_no_limit(string rate)
    {
        for (var i = 0; i < 3; i++)
        {
            (await EnsureAsync(200, "*", rate)).ShouldBeNull();
        }
    }

    private static HttpResponseMessage Answer(int status, string? origin, string? rate)
    {
        var response = new HttpResponseMessage((HttpStatusCode)status);
        if (origin is not null)
        {
            response.Headers.TryAddWithoutValidation("WebHook-Allowed-Origin", origin);
        }

        if (rate is not null)
        {
            response.Headers.TryAddWithoutValidation("WebHook-Allowed-Rate", rate);
        }

        return response;
    }

    private Task<FunctionResult?> EnsureAsync(int status, string? origin, string? rate = null) =>
        _permission.EnsureAsync((_, _) => Ask(Task.FromResult(Answer(status, origin, rate))), _guard.Token).AsTask();

    private Task<HttpResponseMessage> Ask(Task<HttpResponseMessage> answer)
    {
        Interlocked.Increment(ref _asked);
        return answer;
    }
}
