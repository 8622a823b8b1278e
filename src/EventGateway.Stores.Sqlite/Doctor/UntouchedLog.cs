namespace EventGateway.Stores.Sqlite.Doctor;

/// <summary>
/// Restores the write-ahead log of a database and its index after the database was read: SQLite creates them if they do not
/// exist, and writes the index again.
/// </summary>
internal sealed class UntouchedLog : IDisposable
{
    private readonly string _log;
    private readonly string _index;
    private readonly bool _hasLog;
    private readonly byte[]? _indexContent;
    private readonly DateTime _indexTime;

    public UntouchedLog(string database)
    {
        _log = database + "-wal";
        _index = database + "-shm";
        _hasLog = File.Exists(_log);
        if (File.Exists(_index))
        {
            _indexContent = File.ReadAllBytes(_index);
            _indexTime = File.GetLastWriteTimeUtc(_index);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_hasLog)
        {
            File.Delete(_log);
        }

        if (_indexContent is null)
        {
            File.Delete(_index);
            return;
        }

        // In place, so that the file keeps its mode.
        using (var file = new FileStream(_index, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            file.Write(_indexContent);
            file.SetLength(_indexContent.Length);
        }

        File.SetLastWriteTimeUtc(_index, _indexTime);
    }
}
