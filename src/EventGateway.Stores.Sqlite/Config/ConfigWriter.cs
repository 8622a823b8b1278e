using System.Threading.Channels;
using EventGateway.Abstractions.Config;
using EventGateway.Stores.Sqlite.Database;
using Microsoft.Extensions.Logging;

namespace EventGateway.Stores.Sqlite.Config;

/// <summary>Takes writes from anywhere and makes them on a thread of its own, many in one transaction (group commit).</summary>
internal sealed class ConfigWriter : IAsyncDisposable
{
    private const int QueueLength = 1024;
    private const int GroupLength = 256;

    private readonly ConfigDatabase _database;
    private readonly ChangeFeed _feed;
    private readonly ConfigDamage _damage;
    private readonly ILogger _logger;
    private readonly Channel<ConfigWrite> _queue = Channel.CreateBounded<ConfigWrite>(
        new BoundedChannelOptions(QueueLength) { SingleReader = true });

    private readonly SemaphoreSlim _wake = new(0);
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<ConfigWrite> _group = new(GroupLength);
    private ConfigTransaction? _transaction;

    public ConfigWriter(ConfigDatabase database, ChangeFeed feed, ConfigDamage damage, ILogger logger)
    {
        _database = database;
        _feed = feed;
        _damage = damage;
        _logger = logger;
        new Thread(Run) { IsBackground = true, Name = "config store writer" }.Start();
    }

    /// <summary>Makes a write, and completes when it is durable. A cancelled write was not made.</summary>
    public async ValueTask<ConfigWriteResult> WriteAsync(ConfigWrite write)
    {
        try
        {
            await _queue.Writer.WriteAsync(write, write.CancellationToken);
        }
        catch (ChannelClosedException exception)
        {
            throw new ObjectDisposedException(nameof(SqliteConfigStore), exception);
        }

        _wake.Release();
        return await write.Completion.Task;
    }

    /// <summary>Completes the accepted writes.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        _wake.Release();
        await _stopped.Task;
    }

    private void Run()
    {
        try
        {
            // It may wake without work, when the last group already took the writes. It never sleeps while a write waits.
            while (!_queue.Reader.Completion.IsCompleted)
            {
                _wake.Wait();
                while (TakeGroup())
                {
                    MakeGroup();
                }
            }
        }
        finally
        {
            _transaction?.Dispose();
            _stopped.SetResult();
        }
    }

    private bool TakeGroup()
    {
        _group.Clear();
        while (_group.Count < GroupLength && _queue.Reader.TryRead(out var write))
        {
            if (write.CancellationToken.IsCancellationRequested)
            {
                write.Completion.SetCanceled(write.CancellationToken);
            }
            else
            {
                _group.Add(write);
            }
        }

        return _group.Count > 0;
    }

    private void MakeGroup()
    {
        var results = new ConfigWriteResult[_group.Count];
        try
        {
            _transaction ??= new ConfigTransaction(_database.OpenWriter());
            var changes = _transaction.Make(_group, results, _feed);
            _feed.Add(changes);
        }
        catch (Exception exception)
        {
            Fail(exception);
            return;
        }

        for (var i = 0; i < results.Length; i++)
        {
            _group[i].Completion.SetResult(results[i]);
        }
    }

    private void Fail(Exception e)
    {
        // The next group gets a new connection, because the state of this one is unknown.
        _transaction?.Dispose();
        _transaction = null;
        if (DiskReserve.IsDiskFull(e))
        {
            SqliteLog.ConfigDiskFull(_logger, _database.FilePath, _group.Count);
        }
        else if (!_damage.TryReport(e))
        {
            SqliteLog.WritesFailed(_logger, _group.Count, e);
        }

        foreach (var write in _group)
        {
            write.Completion.SetException(
                new ConfigStoreUnavailableException($"The config store cannot be written: {e.Message}", e));
        }
    }
}
