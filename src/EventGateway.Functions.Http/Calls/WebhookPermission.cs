using EventGateway.Abstractions;
using EventGateway.Abstractions.Functions;
using EventGateway.Functions.Http.Connections;
using EventGateway.Functions.Http.Settings;

namespace EventGateway.Functions.Http.Calls;

/// <summary>
/// Asks a function whether it wants events before it gets the first, and keeps the rate that the function allows (CloudEvents,
/// "HTTP 1.1 Web Hooks for Event Delivery", section 4).
/// </summary>
/// <param name="settings">The name and the rate that the gateway asks with.</param>
internal sealed class WebhookPermission(ValidationSettings settings, TimeProvider timeProvider)
{
    // The specification does not say how long a permission is valid.
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    // A longer wait is a retry of the delivery.
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(1);

    private readonly string _origin = settings.Origin ?? ValidationSettings.DefaultOrigin;
    private readonly Lock _gate = new();
    private readonly SteadyTimeProvider _timeProvider = SteadyTimeProvider.Of(timeProvider);
    private volatile Grant? _grant;
    private Task<FunctionResult?>? _asking;
    private DateTimeOffset _nextCall;

    /// <summary>Returns when a call may be made: after the function was asked, and at its rate.</summary>
    /// <param name="ask">Asks the function, with these headers.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The result of a call that may not be made. Null when it may.</returns>
    public async ValueTask<FunctionResult?> EnsureAsync(
        Func<IReadOnlyList<KeyValuePair<string, string>>, CancellationToken, Task<HttpResponseMessage>> ask, CancellationToken cancellationToken)
    {
        var now = _timeProvider.GetUtcNow();
        if (!(_grant is { } grant && now < grant.ExpiresAt))
        {
            if (await Asking(ask).WaitAsync(cancellationToken) is { } refusal)
            {
                return new FunctionResult(refusal.Outcome) { Status = refusal.Status, Error = refusal.Error, RetryAfter = refusal.RetryAfter, Refusal = refusal.Refusal };
            }

            grant = _grant!;
        }

        return grant?.Interval is { } interval ? await WaitAsync(interval, cancellationToken) : null;
    }

    private Task<FunctionResult?> Asking(Func<IReadOnlyList<KeyValuePair<string, string>>, CancellationToken, Task<HttpResponseMessage>> ask)
    {
        lock (_gate)
        {
            return _asking ??= Task.Run(() => AskAsync(ask));
        }
    }

    private async Task<FunctionResult?> AskAsync(Func<IReadOnlyList<KeyValuePair<string, string>>, CancellationToken, Task<HttpResponseMessage>> ask)
    {
        var headers = new List<KeyValuePair<string, string>> { new("WebHook-Request-Origin", _origin) };
        if (settings.Rate is { } rate)
        {
            headers.Add(new("WebHook-Request-Rate", rate.ToString()));
        }

        try
        {
            using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(10), timeProvider);
            using var response = await ask(headers, timeout.Token);
            return Judge(response);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
        {
            return CallRefusedException.Find(exception)?.ToResult() ?? new FunctionResult(FunctionOutcome.Retryable)
            {
                Error = exception is OperationCanceledException
                    ? "The gateway asked the function whether it wants events, and got no answer in time."
                    : $"The gateway cannot ask the function whether it wants events: {HttpOutcome.Cause(exception)}",
            };
        }
        finally
        {
            lock (_gate)
            {
                _asking = null;
            }
        }
    }

    // A refusal has no status, because the event was not sent.
    private FunctionResult? Judge(HttpResponseMessage response)
    {
        var status = (int)response.StatusCode;
        if (status is 429 or >= 500)
        {
            return new FunctionResult(FunctionOutcome.Retryable)
            {
                Error = $"The function answered with status {status} when it was asked whether it wants events.",
                RetryAfter = HttpOutcome.ReadRetryAfter(response, timeProvider),
            };
        }

        var origin = Header(response, "WebHook-Allowed-Origin");
        if (status is < 200 or >= 300 || (origin is not "*" && !_origin.Equals(origin, StringComparison.OrdinalIgnoreCase)))
        {
            return new FunctionResult(FunctionOutcome.Permanent)
            {
                Error = $"The function answered with status {status} and does not allow events from {_origin} (WebHook-Allowed-Origin).",
            };
        }

        TimeSpan? interval = int.TryParse(Header(response, "WebHook-Allowed-Rate"), out var rate) && rate > 0 ? TimeSpan.FromMinutes(1) / rate : null;
        _grant = new Grant(_timeProvider.GetUtcNow() + Lifetime, interval);
        return null;
    }

    private async ValueTask<FunctionResult?> WaitAsync(TimeSpan interval, CancellationToken cancellationToken)
    {
        TimeSpan wait;
        lock (_gate)
        {
            var now = _timeProvider.GetUtcNow();
            wait = _nextCall > now ? _nextCall - now : TimeSpan.Zero;
            if (wait > MaxWait)
            {
                return new FunctionResult(FunctionOutcome.Retryable)
                {
                    Error = $"The function allows one request every {interval.TotalSeconds:0.###} s (WebHook-Allowed-Rate). This request would have to wait too long.",
                    RetryAfter = wait,
                };
            }

            _nextCall = now + wait + interval;
        }

        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, timeProvider, cancellationToken);
        }

        return null;
    }

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? string.Join(',', values).Trim() : null;

    private sealed record Grant(DateTimeOffset ExpiresAt, TimeSpan? Interval);
}
