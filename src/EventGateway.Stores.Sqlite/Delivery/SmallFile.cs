using EventGateway.Stores.Sqlite.Database;
using Microsoft.Data.Sqlite;

namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>A small file of a few tables that are read and written seldom. Safe for concurrent use.</summary>
/// <param name="path">The path of the file.</param>
/// <param name="schema">Its tables.</param>
internal sealed class SmallFile(string path, FileSchema schema) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private readonly DeliveryFile _file = new(path, schema);
    private SqliteConnection? _connection;
    private StoreFiles? _files;

    /// <summary>Makes the file ready.</summary>
    /// <param name="files">Checks the file, and lists it.</param>
    public void Open(StoreFiles files)
    {
        _files = files;
        files.Open(_file);
    }

    /// <summary>Reads or writes the file, on a thread that may block for the disk. A damaged file is repaired.</summary>
    /// <param name="what">What is stored or read, for the message of an exception.</param>
    /// <param name="cancellationToken">Ends the wait for the file.</param>
    /// <exception cref="IOException">The file cannot be read or written now.</exception>
    public async ValueTask<T> UseAsync<T>(string what, Func<SqliteConnection, T> use, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(() => Use(use), cancellationToken);
        }
        catch (SqliteException exception)
        {
            Close();
            throw new IOException($"{what} cannot be stored or read now: {exception.Message}", exception);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Reads or writes the file on the caller's thread, which blocks for the disk. A damaged file is repaired.</summary>
    /// <param name="what">What is stored or read, for the message of an exception.</param>
    /// <exception cref="IOException">The file cannot be read or written now.</exception>
    public T Use<T>(string what, Func<SqliteConnection, T> use)
    {
        _turn.Wait();
        try
        {
            return Use(use);
        }
        catch (SqliteException exception)
        {
            Close();
            throw new IOException($"{what} cannot be stored or read now: {exception.Message}", exception);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _turn.Wait();
        _connection?.Dispose();
        _turn.Dispose();
    }

    private T Use<T>(Func<SqliteConnection, T> use)
    {
        try
        {
            return use(_connection ??= _file.OpenSmall());
        }
        catch (SqliteException exception) when (FileCheck.IsDamage(exception))
        {
            Close();
            _files!.Repair(_file, exception.Message);
            _files.Open(_file);
            return use(_connection = _file.OpenSmall());
        }
    }

    private void Close()
    {
        _connection?.Dispose();
        _connection = null;
    }
}
