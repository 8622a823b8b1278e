using EventGateway.Abstractions;

namespace EventGateway.Engine.Delivery;

/// <summary>Spreads deliveries over time, in bursts of a tenth of a second's deliveries. Not safe for concurrent use.</summary>
internal sealed class RateLimiter(TimeProvider timeProvider)
{
    private static readonly TimeSpan Burst = TimeSpan.FromMilliseconds(100);

    private readonly SteadyTimeProvider _timeProvider = SteadyTimeProvider.Of(timeProvider);

    // When the next delivery would come if all were spread evenly.
    private DateTimeOffset _next;

    /// <summary>The time until which past deliveries count. Null when they no longer do.</summary>
    public DateTimeOffset? RemembersUntil => _next > _timeProvider.GetUtcNow() ? _next : null;

    /// <summary>Returns when the next delivery may be made. Null means now.</summary>
    /// <param name="rate">Deliveries per second.</param>
    public DateTimeOffset? WaitUntil(double rate)
    {
        var interval = Interval(rate);
        var now = _timeProvider.GetUtcNow();

        // A lower rate that was in force before would need a longer wait.
        var latest = now + (interval > Burst ? interval : Burst);
        _next = _next < latest ? _next : latest;

        // Must not subtract from _next before the comparison: until a delivery is counted, it is the earliest possible time.
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
