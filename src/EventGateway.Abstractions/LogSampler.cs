namespace EventGateway.Abstractions;

/// <summary>Lets one log line a minute through, so that what happens to many requests or events does not fill the log. Safe for concurrent use.</summary>
public sealed class LogSampler(TimeProvider time)
{
    private readonly Lock _gate = new();
    private long? _last;
    private long _suppressed;

    /// <summary>Decides whether a line is written.</summary>
    /// <param name="suppressed">How many lines were not written since the last one.</param>
    public bool TryTake(out SuppressedLines suppressed)
    {
        lock (_gate)
        {
            suppressed = new SuppressedLines(_suppressed);
            if (_last is { } last && time.GetElapsedTime(last) < TimeSpan.FromMinutes(1))
            {
                _suppressed++;
                return false;
            }

            (_last, _suppressed) = (time.GetTimestamp(), 0);
            return true;
        }
    }
}
