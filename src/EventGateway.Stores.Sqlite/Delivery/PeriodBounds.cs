namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>When a period ends, and when its file goes.</summary>
internal sealed class PeriodBounds(SqliteDeliveryOptions options, DeliveryStoreSettings settings)
{
    private const int PeriodsInRetention = 24;
    private const int PeriodsInRetentionBytes = 16;

    // A log of this many times the file's bound: readers kept checkpoints from starting it over.
    private const int LogFactor = 4;

    private readonly long _retention = options.Retention.Ticks / TimeSpan.TicksPerMicrosecond;
    private readonly long _periodBytes = options.RetentionBytes > 0
        ? Math.Min(settings.PeriodBytes, options.RetentionBytes / PeriodsInRetentionBytes)
        : settings.PeriodBytes;

    /// <summary>Whether events and attempts are kept after the last delivery.</summary>
    public bool KeepsLog => options.KeepsLog;

    /// <summary>Whether another period is to begin.</summary>
    /// <param name="period">The period.</param>
    /// <param name="now">The store's time.</param>
    public bool IsFull(Period period, long now) =>
        period.Size >= _periodBytes
        || period.LogPages * Period.PageBytes >= _periodBytes * LogFactor
        || (KeepsLog && period.HasEvents && now - period.FirstSince >= _retention / PeriodsInRetention);

    /// <summary>Finds a period whose file is to go: nothing waits in it, and it is not to be kept for the log any more.</summary>
    /// <param name="periods">All periods, oldest first; the last one stays.</param>
    /// <param name="now">The store's time.</param>
    public Period? FindExpired(IReadOnlyList<Period> periods, long now)
    {
        // Files with waiting deliveries are bounded by themselves: a long backlog does not cost the log.
        var bytes = 0L;
        Period? oldest = null;
        for (var i = periods.Count - 1; i >= 0; i--)
        {
            var period = periods[i];
            if (i == periods.Count - 1)
            {
                bytes += period.Size;
            }
            else if (period.IsCounted && period.Waiting == 0 && !period.Damage.IsSet)
            {
                bytes += period.Size;
                oldest = period;
            }
        }

        return oldest is not null && (!KeepsLog || bytes > options.RetentionBytes || now - oldest.LastSince > _retention) ? oldest : null;
    }
}
