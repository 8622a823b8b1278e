using Microsoft.Extensions.Time.Testing;

namespace EventGateway.Tests.Harness;

/// <summary>A clock that can be set without time passing: timestamps and timers go on as they did.</summary>
internal sealed class SteppedTimeProvider(DateTimeOffset start) : FakeTimeProvider(start)
{
    private TimeSpan _step;

    public SteppedTimeProvider()
        : this(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero))
    {
    }

    /// <summary>Sets the wall clock forward, or back.</summary>
    public void Step(TimeSpan by) => _step += by;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _step;

    /// <inheritdoc/>
    /// <remarks>The base takes it from the wall clock, in ticks.</remarks>
    public override long GetTimestamp() => base.GetTimestamp() - _step.Ticks;
}
