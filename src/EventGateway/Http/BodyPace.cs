namespace EventGateway.Http;

/// <summary>Decides while a body is read how long to wait for more of it. Only waits count, not the time that the reader takes.</summary>
/// <param name="limits">The limits.</param>
internal struct BodyPace(BodyLimits limits)
{
    /// <summary>How long a body may come below the minimum rate: the first bytes need some time.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private long _bytes;
    private TimeSpan _waited;

    /// <summary>How long the next wait for data may take.</summary>
    public readonly TimeSpan NextWait => RateLeft is { } left && left < limits.Silence ? left : limits.Silence;

    /// <summary>Why the body is refused after a wait of <see cref="NextWait"/>.</summary>
    public readonly BodyRead Problem => RateLeft < limits.Silence ? BodyRead.TooSlow : BodyRead.Silent;

    /// <summary>The time that the minimum rate leaves for more waits. Null without a minimum rate.</summary>
    private readonly TimeSpan? RateLeft => limits.MinRate == 0
        ? null
        : TimeSpan.FromTicks(Math.Max(0, (Grace + TimeSpan.FromSeconds(_bytes / (double)limits.MinRate) - _waited).Ticks));

    /// <summary>Counts data that came.</summary>
    /// <param name="bytes">The number of bytes.</param>
    /// <param name="waited">How long it was waited for.</param>
    public void Add(long bytes, TimeSpan waited)
    {
        _bytes += bytes;
        _waited += waited;
    }
}
