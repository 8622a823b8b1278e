using System.Runtime.CompilerServices;
using EventGateway.Abstractions.Config;

namespace EventGateway.Tests.Engine.Registry;

/// <summary>A config store in memory, for the rules' own tests.</summary>
public sealed class MemoryConfigStore : IConfigStore
{
    private readonly Lock _sync = new();
    private readonly Dictionary<ConfigKey, ConfigEntry> _entries = [];
    private readonly Dictionary<(string Space, string SubscriptionId), SubscriptionDeletion> _deletions = [];
    private readonly List<ConfigChange> _changes = [];
    private TaskCompletionSource _more = NewSignal();
    private long _revision;
    private long _forgotten;
    private Exception? _feedFailure;

    /// <summary>Makes every write fail.</summary>
    public bool IsDown { get; set; }

    /// <summary>What every write waits for first.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public IReadOnlyList<ConfigEntry> Entries
    {
        get
        {
            lock (_sync)
            {
                return [.. _entries.Values];
            }
        }
    }

    /// <summary>Drops the feed's past, and ends the feeds that are open.</summary>
    public void Forget()
    {
        lock (_sync)
        {
            _forgotten = ++_revision;
            Signal();
        }
    }

    /// <summary>Ends one feed, the open one or the next, with an exception.</summary>
    public void FailFeed(Exception exception)
    {
        lock (_sync)
        {
            _feedFailure = exception;
            Signal();
        }
    }

    public ValueTask<ConfigEntry?> GetAsync(ConfigKey key, CancellationToken cancellationToken)
    {
        lock (_sync)
        {
            return ValueTask.FromResult(_entries.GetValueOrDefault(key));
        }
    }

    public ValueTask<ConfigContents> LoadAsync(CancellationToken cancellationToken)
    {
        lock (_sync)
        {
            // As if read from disk: nothing is shared with what is kept here.
            return ValueTask.FromResult(new ConfigContents([.. _entries.Values.Select(Copy)], _revision));
        }
    }

    public ValueTask<ConfigWriteResult> CreateAsync(ConfigKey key, ReadOnlyMemory<byte> json, CancellationToken cancellationToken) =>
        Write([new(key, 0)], json);

    public ValueTask<ConfigWriteResult> UpdateAsync(
        ConfigKey key, ReadOnlyMemory<byte> json, long expectedRevision, CancellationToken cancellationToken) =>
        Write([new(key, expectedRevision)], json);

    public ValueTask<ConfigWriteResult> DeleteAsync(ConfigKey key, long expectedRevision, CancellationToken cancellationToken) =>
        Write([new(key, expectedRevision)], null);

    public ValueTask<ConfigWriteResult> DeleteAllAsync(IReadOnlyList<ConfigRevision> entries, CancellationToken cancellationToken) =>
        Write(entries, null);

    public async IAsyncEnumerable<ConfigChange> WatchAsync(
        long afterRevision, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            ConfigChange[] changes;
            Task more;
            lock (_sync)
            {
                if (Interlocked.Exchange(ref _feedFailure, null) is { } failure)
                {
                    throw failure;
                }

                if (afterRevision < _forgotten)
                {
                    throw new ConfigFeedGapException();
                }

                changes = [.. _changes.SkipWhile(change => change.Revision <= afterRevision)];
                more = _more.Task;
            }

            foreach (var change in changes)
            {
                yield return change;
                afterRevision = change.Revision;
            }

            if (changes.Length == 0)
            {
                await more.WaitAsync(cancellationToken);
            }
        }
    }

    public ValueTask<IReadOnlyList<SubscriptionDeletion>> ListDeletionsAsync(CancellationToken cancellationToken)
    {
        lock (_sync)
        {
            return ValueTask.FromResult<IReadOnlyList<SubscriptionDeletion>>([.. _deletions.Values]);
        }
    }

    public ValueTask SaveDeletionAsync(SubscriptionDeletion deletion, CancellationToken cancellationToken)
    {
        lock (_sync)
        {
            if (IsDown)
            {
                throw new ConfigStoreUnavailableException();
            }

            var key = (deletion.Space, deletion.SubscriptionId);
            if (deletion.Files?.Count == 0)
            {
                _deletions.Remove(key);
            }
            else if (_deletions.TryGetValue(key, out var listed))
            {
                _deletions[key] = listed with { Files = deletion.Files };
            }
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static ConfigEntry Copy(ConfigEntry entry) =>
        entry with { Key = new ConfigKey(new string(entry.Key.Space.AsSpan()), entry.Key.Kind, new string(entry.Key.Id.AsSpan())) };

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async ValueTask<ConfigWriteResult> Write(IReadOnlyList<ConfigRevision> entries, ReadOnlyMemory<byte>? json)
    {
        await Gate;
        lock (_sync)
        {
            if (IsDown)
            {
                throw new ConfigStoreUnavailableException();
            }

            foreach (var (key, expected) in entries)
            {
                var there = _entries.GetValueOrDefault(key)?.Revision ?? 0;
                if (there != expected)
                {
                    return new ConfigWriteResult(ConfigWriteStatus.Conflict, there);
                }
            }

            foreach (var (key, _) in entries)
            {
                Write(key, json);
            }

            Signal();
            return new ConfigWriteResult(ConfigWriteStatus.Stored, _revision);
        }
    }

    private void Write(ConfigKey key, ReadOnlyMemory<byte>? json)
    {
        _revision++;
        if (json is { } document)
        {
            _entries[key] = new ConfigEntry(key, document, _revision);
        }
        else
        {
            _entries.Remove(key);
            if (key.Kind is ConfigKind.Subscription)
            {
                _deletions[(key.Space, key.Id)] = new SubscriptionDeletion(key.Space, key.Id);
            }
        }

        // A short past is enough and keeps long tests fast.
        _changes.Add(new ConfigChange(key, json, _revision));
        if (_changes.Count > 4096)
        {
            _changes.RemoveRange(0, 2048);
            _forgotten = _changes[0].Revision - 1;
        }
    }

    private void Signal()
    {
        var signalled = _more;
        _more = NewSignal();
        signalled.SetResult();
    }
}
