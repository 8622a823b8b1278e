using Amazon.Runtime;
using EventGateway.Functions.Aws.Calls;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Functions.Aws.Calls;

public sealed class AmbientCredentialsTests
{
    private readonly FakeTimeProvider _clock = new();
    private int _asked;

    [Fact]
    public async Task Asks_once_for_concurrent_callers()
    {
        var answer = new TaskCompletionSource<AWSCredentials>(TaskCreationOptions.RunContinuationsAsynchronously);
        var credentials = Create(() => answer.Task);

        var waiting = Enumerable.Range(0, 20).Select(_ => credentials.GetAsync(default).AsTask()).ToArray();
        answer.SetResult(new SessionAWSCredentials("id", "secret", "token"));

        foreach (var keys in await Task.WhenAll(waiting))
        {
            keys.AccessKeyId.ShouldBe("id");
            keys.SessionToken.ShouldNotBeNull().Reveal().ShouldBe("token");
        }

        _asked.ShouldBe(1);
    }

    [Fact]
    public async Task Notices_soon_that_they_have_changed()
    {
        var credentials = Create(() => Task.FromResult<AWSCredentials>(new BasicAWSCredentials($"id{_asked}", "secret")));

        (await credentials.GetAsync(default)).AccessKeyId.ShouldBe("id1");
        _clock.Advance(TimeSpan.FromSeconds(0.5));
        (await credentials.GetAsync(default)).AccessKeyId.ShouldBe("id1");
        _clock.Advance(TimeSpan.FromSeconds(0.5));
        (await credentials.GetAsync(default)).AccessKeyId.ShouldBe("id2");
    }

    [Fact]
    public async Task Waits_before_it_asks_a_failed_source_again()
    {
        var credentials = Create(() => _asked == 1 ? throw new HttpRequestException("away") : Task.FromResult<AWSCredentials>(new BasicAWSCredentials("id", "secret")));

        for (var i = 0; i < 3; i++)
        {
            (await Should.ThrowAsync<NoCredentialsException>(credentials.GetAsync(default).AsTask())).Message.ShouldBe("away");
            _clock.Advance(TimeSpan.FromSeconds(1.5));
        }

        _asked.ShouldBe(1);
        _clock.Advance(TimeSpan.FromSeconds(0.5));
        (await credentials.GetAsync(default)).AccessKeyId.ShouldBe("id");
    }

    [Fact]
    public async Task A_caller_can_give_up_while_the_source_hangs()
    {
        var credentials = Create(static () => new TaskCompletionSource<AWSCredentials>().Task);
        using var caller = new CancellationTokenSource();
        var waiting = credentials.GetAsync(caller.Token).AsTask();

        await caller.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(waiting);
    }

    private AmbientCredentials Create(Func<Task<AWSCredentials>> find) => new(_clock, () =>
    {
        Interlocked.Increment(ref _asked);
        return find();
    });
}
