namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>Times as the files hold them: microseconds since 1970.</summary>
internal static class UnixMicroseconds
{
    public static long Of(DateTimeOffset time) => (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    public static DateTimeOffset ToTime(long time) => DateTimeOffset.UnixEpoch.AddTicks(time * TimeSpan.TicksPerMicrosecond);
}
