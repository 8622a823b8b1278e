using Microsoft.Extensions.Time.Testing;

namespace EventGateway.Tests.Harness;

/// <summary>A clock that can be set without time passing: timestamps and timers go on as they did.</summary>
internal sealed class SteppedTimeProvider(DateTimeOffset start) : FakeTimeProvider(start)
{
    private TimeSpan _step;
    private int _reads;

    public SteppedTimeProvider()
        : this(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero))
    {
    }

    /// <summary>Whether each reading is off by up to 600 ns, as two readings of real clocks are. Default: false.</summary>
    public bool Jitters { get; init; }

    /// <summary>Sets the wall clock forward, or back.</summary>
    public void Step(TimeSpan by) => _step += by;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _step + (Jitters ? TimeSpan.FromTicks(Interlocked.Increment(ref _reads) * 3 % 7) : TimeSpan.Zero);

    /// <inheritdoc/>
    /// <remarks>The base takes it from the wall clock, in ticks.</remarks>
    public override long GetTimestamp() => base.GetTimestamp() - _step.Ticks;
}
