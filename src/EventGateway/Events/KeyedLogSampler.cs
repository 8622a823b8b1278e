using EventGateway.Abstractions;

namespace EventGateway.Events;

/// <summary>
/// Lets one log line a minute through for each name and kind. Senders choose the names, so only a limited number has lines of its own at a
/// time; all others share one. Safe for concurrent use.
/// </summary>
internal sealed class KeyedLogSampler(TimeProvider time)
{
    /// <summary>How many names and kinds have lines of their own at a time.</summary>
    public const int MaxLines = 64;

    private static readonly TimeSpan _interval = TimeSpan.FromMinutes(1);
    private static readonly (string, int) _others = ("", 0);

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Name, int Kind), Line> _lines = [];
    private long _cleaned = time.GetTimestamp();

    /// <summary>Decides whether a line is written.</summary>
    /// <param name="name">The name that the sender chose.</param>
    /// <param name="kind">The kind of line of this name.</param>
    /// <param name="suppressed">How many lines were not written since the last one.</param>
    public bool TryTake(string name, int kind, out SuppressedLines suppressed)
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            var key = (name, kind);
            if (!_lines.ContainsKey(key) && !HasRoom(now))
            {
                key = _others;
            }

            suppressed = default;
            if (_lines.TryGetValue(key, out var last))
            {
                suppressed = new SuppressedLines(last.Suppressed);
                if (time.GetElapsedTime(last.Written, now) < _interval)
                {
                    _lines[key] = last with { Suppressed = last.Suppressed + 1 };
                    return false;
                }
            }

            _lines[key] = new Line(now, 0);
            return true;
        }
    }

    // A name that was not logged for a minute loses its place when others need it. Looking for such names takes time, so it happens rarely.
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
