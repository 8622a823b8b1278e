using EventGateway.Abstractions;

namespace EventGateway.Functions.Http.Tokens;

/// <summary>Keeps a token and fetches the next before it ends, one at a time however many calls want it.</summary>
/// <param name="source">Fetches tokens.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class TokenCache(ITokenSource source, TimeProvider timeProvider)
{
    private static readonly TimeSpan FetchTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan MostEarly = TimeSpan.FromMinutes(1);

    // Between attempts to replace a token that is still good, be it that its end is near or that the function refuses it.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly SteadyTimeProvider _timeProvider = SteadyTimeProvider.Of(timeProvider);
    private volatile Entry? _current;
    private Task<TokenAnswer>? _fetch;
    private DateTimeOffset _nextFetch;
    private DateTimeOffset _nextDrop;

    /// <summary>Gives a token that has not ended.</summary>
    /// <param name="cancellationToken">Ends the wait; the token is fetched all the same, for the others that wait.</param>
    public ValueTask<TokenAnswer> GetAsync(CancellationToken cancellationToken)
    {
        var now = _timeProvider.GetUtcNow();
        if (_current is { } current && now < current.RefreshAt)
        {
            return ValueTask.FromResult(current.Token);
        }

        Task<TokenAnswer> fetch;
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

        return new ValueTask<TokenAnswer>(fetch.WaitAsync(cancellationToken));
    }

    /// <summary>Forgets a token that the function refuses.</summary>
    /// <returns>
    /// Whether there may be a better one: not where this one has itself just replaced one that was refused, since a function
    /// that takes no token at all would have one fetched for each call.
    /// </returns>
    public bool Drop(TokenAnswer token)
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

    private async Task<TokenAnswer> FetchAsync()
    {
        TokenAnswer? answer = null;
        try
        {
            using var timeout = new CancellationTokenSource(FetchTimeout, timeProvider);
            return answer = await source.FetchAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            return TokenAnswer.Unavailable($"No token: the token endpoint did not answer within {FetchTimeout.TotalSeconds} s.");
        }
        finally
        {
            // Whatever went wrong, the next call fetches anew.
            End(answer);
        }
    }

    private void End(TokenAnswer? answer)
    {
        lock (_gate)
        {
            var now = _timeProvider.GetUtcNow();
            _fetch = null;
            _nextFetch = now + Pause;
            if (answer?.Authorization is not null)
            {
                var early = TimeSpan.FromTicks(Math.Min(MostEarly.Ticks, (answer.ExpiresAt - now).Ticks / 5));
                _current = new Entry(answer, answer.ExpiresAt - early);
            }
        }
    }

    private sealed record Entry(TokenAnswer Token, DateTimeOffset RefreshAt);
}
