using EventGateway.Abstractions;

namespace EventGateway.Engine.Delivery;

/// <summary>Spreads deliveries over time; a tenth of a second's worth may come at once. Not safe for concurrent use.</summary>
internal sealed class RateLimiter(TimeProvider timeProvider)
{
    private static readonly TimeSpan Burst = TimeSpan.FromMilliseconds(100);

    private readonly SteadyTimeProvider _timeProvider = SteadyTimeProvider.Of(timeProvider);

    // When the delivery after the last one would come, were they spread evenly.
    private DateTimeOffset _next;

    /// <summary>Until when what was delivered has to be remembered. Not set: no longer.</summary>
    public DateTimeOffset? RemembersUntil => _next > _timeProvider.GetUtcNow() ? _next : null;

    /// <summary>When the next delivery may be made. Not set: now.</summary>
    /// <param name="rate">Deliveries per second.</param>
    public DateTimeOffset? WaitUntil(double rate)
    {
        var interval = Interval(rate);
        var now = _timeProvider.GetUtcNow();

        // A lower rate that was in force before would ask for a longer wait.
        var latest = now + (interval > Burst ? interval : Burst);
        _next = _next < latest ? _next : latest;

        // Not subtracted first: until a delivery is counted, _next is the earliest time that there is.
        var ahead = interval < Burst ? Burst - interval : TimeSpan.Zero;
        return _next > now + ahead ? _next - ahead : null;
    }

    /// <summary>Counts a delivery.</summary>
    public void Count(double rate)
    {
        var now = _timeProvider.GetUtcNow();
        _next = (_next > now ? _next : now) + Interval(rate);
    }

    private static TimeSpan Interval(double rate) => TimeSpan.FromSeconds(1 / rate);
}
