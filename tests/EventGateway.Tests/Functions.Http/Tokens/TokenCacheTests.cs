using System.Threading.Channels;
using EventGateway.Abstractions.Functions;
using EventGateway.Functions.Http.Tokens;
using EventGateway.Tests.Harness;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Functions.Http.Tokens;

public sealed class TokenCacheTests : IDisposable
{
    private readonly SteppedTimeProvider _clock = new();
    private readonly CancellationTokenSource _guard = new(TimeSpan.FromSeconds(30));
    private readonly Source _source = new();
    private readonly TokenCache _cache;

    public TokenCacheTests() => _cache = new TokenCache(_source, _clock);

    public void Dispose() => _guard.Dispose();

    [Fact]
    public async Task Fetches_one_token_for_concurrent_calls()
    {
        var calls = Enumerable.Range(0, 50).Select(_ => _cache.GetAsync(_guard.Token).AsTask()).ToList();
        _source.Answer(Token("a", 3600));

        (await Task.WhenAll(calls)).ShouldAllBe(token => token.Token == "a");
        (await _cache.GetAsync(_guard.Token)).Authorization.ShouldBe("Bearer a");
        _source.Fetches.ShouldBe(1);
    }

    [Fact]
    public async Task Continues_a_fetch_when_one_of_the_callers_gives_up()
    {
        using var impatient = new CancellationTokenSource();
        var first = _cache.GetAsync(impatient.Token).AsTask();
        var second = _cache.GetAsync(_guard.Token).AsTask();

        await impatient.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(first);
        _source.Answer(Token("a", 3600));

        (await second).Token.ShouldBe("a");
        _source.Fetches.ShouldBe(1);
    }

    [Fact]
    public async Task Fetches_the_next_token_before_the_old_one_expires_and_returns_the_old_one_meanwhile()
    {
        await FillAsync("a", 3600);

        _clock.Advance(TimeSpan.FromSeconds(3539));
        (await _cache.GetAsync(_guard.Token)).Token.ShouldBe("a");
        _source.Fetches.ShouldBe(1);
        _clock.Advance(TimeSpan.FromSeconds(1));
        (await _cache.GetAsync(_guard.Token)).Token.ShouldBe("a");
        (await _cache.GetAsync(_guard.Token)).Token.ShouldBe("a");
        await _source.AskedAsync(2, _guard.Token);
        _source.Answer(Token("b", 3600));

        await BecomesAsync("b");
        _source.Fetches.ShouldBe(2);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task A_change_of_the_system_clock_does_not_change_the_lifetime_of_a_token(int days)
    {
        await FillAsync("a", 3600);
        _clock.Step(TimeSpan.FromDays(days));

        _clock.Advance(TimeSpan.FromSeconds(3539));
        (await _cache.GetAsync(_guard.Token)).Token.ShouldBe("a");
        _source.Fetches.ShouldBe(1);
        _clock.Advance(TimeSpan.FromSeconds(1));
        (await _cache.GetAsync(_guard.Token)).Token.ShouldBe("a");
        await _source.AskedAsync(2, _guard.Token);
    }

    [Fact]
    public async Task Keeps_a_valid_token_while_the_endpoint_is_down()
    {
        await FillAsync("a", 100);
        _clock.Advance(TimeSpan.FromSeconds(81));
        (await _cache.GetAsync(_guard.Token)).Token.ShouldBe("a");
        await _source.AskedAsync(2, _guard.Token);
        _source.Answer(TokenResult.Unavailable("down"));

        (await _cache.GetAsync(_guard.Token)).Token.ShouldBe("a");
        _clock.Advance(TimeSpan.FromSeconds(19));
        _source.Answer(TokenResult.Unavailable("still down"));

        // The fetch before may only just end.
        while ((await _cache.GetAsync(_guard.Token)).Error is not "still down")
        {
            _guard.Token.ThrowIfCancellationRequested();
        }

        _source.Fetches.ShouldBe(3);
    }

    [Fact]
    public async Task Forgets_a_token_that_was_refused_but_not_its_successor()
    {
        var refused = await FillAsync("a", 3600);

        _cache.Drop(refused).ShouldBeTrue();
        await FillAsync("b", 3600);
        _cache.Drop(refused).ShouldBeTrue();

        (await _cache.GetAsync(_guard.Token)).Token.ShouldBe("b");
        _source.Fetches.ShouldBe(2);
    }

    [Fact]
    public async Task Does_not_fetch_a_token_for_each_call_of_a_function_that_refuses_all()
    {
        _cache.Drop(await FillAsync("a", 3600)).ShouldBeTrue();
        var second = await FillAsync("b", 3600);

        _cache.Drop(second).ShouldBeFalse();
        (await _cache.GetAsync(_guard.Token)).Token.ShouldBe("b");
        _clock.Advance(TimeSpan.FromSeconds(5));
        _cache.Drop(second).ShouldBeTrue();
        (await FillAsync("c", 3600)).Token.ShouldBe("c");
    }

    [Fact]
    public async Task Fetches_again_after_an_exception()
    {
        var broken = _cache.GetAsync(_guard.Token).AsTask();
        _source.Break(new InvalidOperationException("broken"));
        await Should.ThrowAsync<InvalidOperationException>(broken);

        (await FillAsync("a", 3600)).Token.ShouldBe("a");
    }

    [Fact]
    public async Task Does_not_cache_failures()
    {
        var denied = _cache.GetAsync(_guard.Token).AsTask();
        _source.Answer(TokenResult.Denied("no"));
        (await denied).Outcome.ShouldBe(FunctionOutcome.AccessDenied);

        (await FillAsync("a", 3600)).Token.ShouldBe("a");
    }

    [Fact]
    public async Task Fails_when_the_endpoint_does_not_answer_in_time()
    {
        var call = _cache.GetAsync(_guard.Token).AsTask();
        await _source.AskedAsync(1, _guard.Token);

        _clock.Advance(TimeSpan.FromSeconds(10));

        var answer = await call;
        answer.Outcome.ShouldBe(FunctionOutcome.Retryable);
        answer.Error.ShouldBe("No token: the token endpoint did not answer within 10 s.");
    }

    private TokenResult Token(string token, int seconds) => TokenResult.Of(token, _clock.GetUtcNow().AddSeconds(seconds));

    private async Task<TokenResult> FillAsync(string token, int seconds)
    {
        var call = _cache.GetAsync(_guard.Token).AsTask();
        _source.Answer(Token(token, seconds));
        return await call;
    }

    private async Task BecomesAsync(string token)
    {
        while ((await _cache.GetAsync(_guard.Token)).Token != token)
        {
            _guard.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private sealed class Source : ITokenSource
    {
        private readonly Channel<bool> _asked = Channel.CreateUnbounded<bool>();
        private readonly Channel<Func<TokenResult>> _answers = Channel.CreateUnbounded<Func<TokenResult>>();
        private int _fetches;
        private int _seen;

        public int Fetches => Volatile.Read(ref _fetches);

        public void Answer(TokenResult answer) => _answers.Writer.TryWrite(() => answer);

        public void Break(Exception exception) => _answers.Writer.TryWrite(() => throw exception);

        public async Task AskedAsync(int times, CancellationToken cancellationToken)
        {
            for (; _seen < times; _seen++)
            {
                await _asked.Reader.ReadAsync(cancellationToken);
            }
        }

        public async Task<TokenResult> FetchAsync(CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _fetches);
            _asked.Writer.TryWrite(true);
            return (await _answers.Reader.ReadAsync(cancellationToken))();
        }
    }
}
