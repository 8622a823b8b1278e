using EventGateway.Abstractions.Config;

namespace EventGateway.Stores.Sqlite.Config;

/// <summary>
/// The latest writes, in order of revision. Watchers read from it at their own pace and hold no place in it: one that
/// falls behind the kept changes gets a gap. It does not slow the others down.
/// </summary>
internal sealed class ChangeFeed
{
    private const int ReadLength = 64;

    private readonly Lock _gate = new();
    private readonly ConfigChange[] _ring;
    private readonly long _maxBytes;
    private long _bytes;
    private long _first; // the revision before the oldest write kept
    private long _last; // the revision of the newest write
    private bool _completed;
    private TaskCompletionSource _changed = NewSignal();

    public ChangeFeed(int length, long maxBytes, long revision)
    {
        _ring = new ConfigChange[length];
        _maxBytes = maxBytes;
        _first = _last = revision;
    }

    /// <summary>The revision of the newest write.</summary>
    public long Revision
    {
        get
        {
            lock (_gate)
            {
                return _last;
            }
        }
    }

    /// <summary>Adds writes, whose revisions follow the newest without a gap.</summary>
    public void Add(ReadOnlySpan<ConfigChange> changes)
    {
        lock (_gate)
        {
            foreach (var change in changes)
            {
                if (change.Revision != _last + 1)
                {
                    throw new InvalidOperationException($"Revision {change.Revision} cannot follow {_last}.");
                }

                if (_last - _first == _ring.Length)
                {
                    DropOldest();
                }

                _last = change.Revision;
                _ring[_last % _ring.Length] = change;
                _bytes += Size(change);
                while (_bytes > _maxBytes && _last - _first > 1)
                {
                    DropOldest();
                }
            }

            Signal();
        }
    }

    /// <summary>Forgets everything before a revision that was reached in a way the feed has not seen.</summary>
    public void Reset(long revision)
    {
        lock (_gate)
        {
            Array.Clear(_ring);
            _first = _last = revision;
            _bytes = 0;
            Signal();
        }
    }

    /// <summary>Ends the feed for those who have read it to its end.</summary>
    public void Complete()
    {
        lock (_gate)
        {
            _completed = true;
            Signal();
        }
    }

    /// <summary>Reads the next writes after a revision.</summary>
    /// <returns>The writes, and a task that completes when there are more. Null when the feed has ended.</returns>
    /// <exception cref="ConfigFeedGapException">The feed no longer has the writes after that revision.</exception>
    public (ConfigChange[] Changes, Task? More) Read(long afterRevision)
    {
        lock (_gate)
        {
            if (afterRevision < _first || afterRevision > _last)
            {
                throw new ConfigFeedGapException(
                    $"The change feed holds the writes after revision {_first} up to {_last}; those after {afterRevision} were asked for.");
            }

            var changes = new ConfigChange[Math.Min(ReadLength, _last - afterRevision)];
            for (var i = 0; i < changes.Length; i++)
            {
                changes[i] = _ring[(afterRevision + 1 + i) % _ring.Length];
            }

            if (afterRevision + changes.Length < _last)
            {
                return (changes, Task.CompletedTask);
            }

            return (changes, _completed ? null : _changed.Task);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static long Size(ConfigChange change) => change.Json?.Length ?? 0;

    private void DropOldest()
    {
        _first++;
        ref var slot = ref _ring[_first % _ring.Length];
        _bytes -= Size(slot);
        slot = null!;
    }

    private void Signal()
    {
        _changed.SetResult();
        _changed = NewSignal();
    }
}
