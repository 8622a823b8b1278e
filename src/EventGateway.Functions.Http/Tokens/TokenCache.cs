using EventGateway.Abstractions;

namespace EventGateway.Functions.Http.Tokens;

/// <summary>Keeps a token and fetches the next one before it expires. Concurrent calls share one fetch.</summary>
/// <param name="source">Fetches tokens.</param>
internal sealed class TokenCache(ITokenSource source, TimeProvider timeProvider)
{
    private static readonly TimeSpan FetchTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan MaxEarly = TimeSpan.FromMinutes(1);

    // The time between attempts to replace a token that is still valid: one that expires soon or that the function refuses.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly SteadyTimeProvider _timeProvider = SteadyTimeProvider.Of(timeProvider);
    private volatile Entry? _current;
    private Task<TokenResult>? _fetch;
    private DateTimeOffset _nextFetch;
    private DateTimeOffset _nextDrop;

    /// <summary>Returns a token that has not expired.</summary>
    /// <param name="cancellationToken">Ends the wait. The fetch goes on, because other calls may wait for it.</param>
    public ValueTask<TokenResult> GetAsync(CancellationToken cancellationToken)
    {
        var now = _timeProvider.GetUtcNow();
        if (_current is { } current && now < current.RefreshAt)
        {
            return ValueTask.FromResult(current.Token);
        }

        Task<TokenResult> fetch;
        lock (_gate)
        {
            current = _current;
            if (current is not null && now < current.RefreshAt)
            {
                return ValueTask.FromResult(current.Token);
            }

            var isGood = current is not null && now < current.Token.ExpiresAt;
            if (_fetch is null && (!isGood || now >= _nextFetch))
            {
                _fetch = Task.Run(FetchAsync, CancellationToken.None);
            }

            if (isGood)
            {
                return ValueTask.FromResult(current!.Token);
            }

            fetch = _fetch!;
        }

        return new ValueTask<TokenResult>(fetch.WaitAsync(cancellationToken));
    }

    /// <summary>Forgets a token that the function refuses.</summary>
    /// <returns>
    /// Whether a new token may be accepted. False when this token has just replaced a refused one: otherwise a function that accepts no
    /// token would cause a fetch for each call.
    /// </returns>
    public bool Drop(TokenResult token)
    {
        lock (_gate)
        {
            if (_current?.Token != token)
            {
                return true;
            }

            var now = _timeProvider.GetUtcNow();
            if (now < _nextDrop)
            {
                return false;
            }

            (_current, _nextDrop) = (null, now + Pause);
            return true;
        }
    }

    private async Task<TokenResult> FetchAsync()
    {
        TokenResult? answer = null;
        try
        {
            using var timeout = new CancellationTokenSource(FetchTimeout, timeProvider);
            return answer = await source.FetchAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            return TokenResult.Unavailable($"No token: the token endpoint did not answer within {FetchTimeout.TotalSeconds} s.");
        }
        finally
        {
            // Must run after every failure too, so that the next call fetches again.
            End(answer);
        }
    }

    private void End(TokenResult? answer)
    {
        lock (_gate)
        {
            var now = _timeProvider.GetUtcNow();
            _fetch = null;
            _nextFetch = now + Pause;
            if (answer?.Authorization is not null)
            {
                var early = TimeSpan.FromTicks(Math.Min(MaxEarly.Ticks, (answer.ExpiresAt - now).Ticks / 5));
                _current = new Entry(answer, answer.ExpiresAt - early);
            }
        }
    }

    private sealed record Entry(TokenResult Token, DateTimeOffset RefreshAt);
}
