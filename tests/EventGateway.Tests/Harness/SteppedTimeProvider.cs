using Microsoft.Extensions.Time.Testing;

namespace EventGateway.Tests.Harness;

/// <summary>A clock that a test can set. Setting it changes neither timestamps nor timers.</summary>
internal sealed class SteppedTimeProvider(DateTimeOffset start) : FakeTimeProvider(start)
{
    private TimeSpan _step;
    private int _reads;

    public SteppedTimeProvider()
        : this(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero))
    {
    }

    /// <summary>Whether each reading differs by up to 600 ns, as readings of two real clocks do. Default: false.</summary>
    public bool Jitters { get; init; }

    /// <summary>Sets the wall clock forward or back.</summary>
    public void Step(TimeSpan by) => _step += by;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _step + (Jitters ? TimeSpan.FromTicks(Interlocked.Increment(ref _reads) * 3 % 7) : TimeSpan.Zero);

    /// <inheritdoc/>
    /// <remarks>The base class derives the timestamp from the wall clock, so the steps are subtracted.</remarks>
    public override long GetTimestamp() => base.GetTimestamp() - _step.Ticks;
}
