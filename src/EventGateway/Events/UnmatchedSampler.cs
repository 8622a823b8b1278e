using EventGateway.Engine.Routing;

namespace EventGateway.Events;

/// <summary>
/// Lets one log line a minute through for each event type and reason. Senders choose the types, so only a limited number has lines of its
/// own at a time; all others share one. Safe for concurrent use.
/// </summary>
internal sealed class UnmatchedSampler(TimeProvider time)
{
    /// <summary>How many types and reasons have lines of their own at a time.</summary>
    public const int MaxLines = 64;

    private static readonly TimeSpan _interval = TimeSpan.FromMinutes(1);
    private static readonly (string, UnmatchedReason) _others = ("", UnmatchedReason.NoType);

    private readonly Lock _gate = new();
    private readonly Dictionary<(string EventType, UnmatchedReason Reason), Line> _lines = [];
    private long _cleaned = time.GetTimestamp();

    /// <summary>Decides whether a line is written.</summary>
    /// <param name="suppressed">How many lines were not written since the last one.</param>
    public bool TryTake(string eventType, UnmatchedReason reason, out long suppressed)
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            var key = (eventType, reason);
            if (!_lines.ContainsKey(key) && !HasRoom(now))
            {
                key = _others;
            }

            suppressed = 0;
            if (_lines.TryGetValue(key, out var last))
            {
                suppressed = last.Suppressed;
                if (time.GetElapsedTime(last.Written, now) < _interval)
                {
                    _lines[key] = last with { Suppressed = suppressed + 1 };
                    return false;
                }
            }

            _lines[key] = new Line(now, 0);
            return true;
        }
    }

    // A type that was not logged for a minute loses its place when others need it. Looking for such types takes time, so it happens rarely.
    private bool HasRoom(long now)
    {
        if (_lines.Count >= MaxLines && time.GetElapsedTime(_cleaned, now) >= TimeSpan.FromSeconds(1))
        {
            _cleaned = now;
            foreach (var (key, line) in _lines)
            {
                if (key != _others && time.GetElapsedTime(line.Written, now) >= _interval)
                {
                    _lines.Remove(key);
                }
            }
        }

        return _lines.Count < MaxLines;
    }

    private readonly record struct Line(long Written, long Suppressed);
}
