using System.Buffers;
using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using static SQLitePCL.raw;

namespace EventGateway.Stores.Sqlite.Database;

/// <summary>
/// A prepared statement, without the boxes and readers of ADO.NET: it runs for every event several times. Not safe for
/// concurrent use. Parameters count from 1, columns from 0.
/// </summary>
internal sealed class Statement : IDisposable
{
    private const int StackBytes = 512;

    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;

    /// <summary>Prepares a statement.</summary>
    /// <exception cref="SqliteException">It can't be prepared.</exception>
    public Statement(SqliteConnection connection, string sql)
    {
        _database = connection.Handle!;
        Check(sqlite3_prepare_v3(_database, sql, SQLITE_PREPARE_PERSISTENT, out _statement));
    }

    /// <summary>Sets a parameter.</summary>
    public Statement Bind(int parameter, long value)
    {
        Check(sqlite3_bind_int64(_statement, parameter, value));
        return this;
    }

    /// <summary>Sets a parameter.</summary>
    public Statement Bind(int parameter, long? value)
    {
        Check(value is { } number ? sqlite3_bind_int64(_statement, parameter, number) : sqlite3_bind_null(_statement, parameter));
        return this;
    }

    /// <summary>Sets a parameter.</summary>
    public Statement Bind(int parameter, string? value)
    {
        if (value is null)
        {
            Check(sqlite3_bind_null(_statement, parameter));
            return this;
        }

        if (value.Length == 0)
        {
            // An empty span is bound as NULL.
            Check(sqlite3_bind_text(_statement, parameter, value));
            return this;
        }

        byte[]? rented = null;
        var size = Encoding.UTF8.GetMaxByteCount(value.Length);
        var utf8 = size <= StackBytes ? stackalloc byte[StackBytes] : rented = ArrayPool<byte>.Shared.Rent(size);
        Check(sqlite3_bind_text(_statement, parameter, (ReadOnlySpan<byte>)utf8[..Encoding.UTF8.GetBytes(value, utf8)]));
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return this;
    }

    /// <summary>Sets a parameter. The bytes, one at least, are copied.</summary>
    public Statement Bind(int parameter, ReadOnlySpan<byte> value)
    {
        Check(sqlite3_bind_blob(_statement, parameter, value));
        return this;
    }

    /// <summary>Goes to the next row. After the last one the statement can be run again.</summary>
    /// <returns>Whether there is one.</returns>
    /// <exception cref="SqliteException">The statement failed; it can be run again.</exception>
    public bool Step()
    {
        var code = sqlite3_step(_statement);
        if (code is SQLITE_ROW)
        {
            return true;
        }

        try
        {
            Check(code is SQLITE_DONE ? SQLITE_OK : code);
            return false;
        }
        finally
        {
            Reset();
        }
    }

    /// <summary>Runs a statement that has no rows.</summary>
    /// <exception cref="SqliteException">It failed.</exception>
    public void Run() => Step();

    /// <summary>Runs a statement that changes rows.</summary>
    /// <returns>How many it changed.</returns>
    /// <exception cref="SqliteException">It failed.</exception>
    public int RunAndCount()
    {
        Step();
        return sqlite3_changes(_database);
    }

    /// <summary>Runs a statement for the one number that it has.</summary>
    /// <returns>The number, or 0 when there is no row.</returns>
    /// <exception cref="SqliteException">It failed.</exception>
    public long RunForNumber()
    {
        var number = Step() ? Long(0) : 0;
        Reset();
        return number;
    }

    /// <summary>Leaves the rows that were not read.</summary>
    public void Reset() => sqlite3_reset(_statement);

    /// <summary>Whether a column of the row has no value.</summary>
    public bool IsNull(int column) => sqlite3_column_type(_statement, column) is SQLITE_NULL;

    /// <summary>Reads a column of the row.</summary>
    public long Long(int column) => sqlite3_column_int64(_statement, column);

    /// <summary>Reads a column of the row.</summary>
    public long? LongOrNull(int column) =>
        sqlite3_column_type(_statement, column) is SQLITE_NULL ? null : sqlite3_column_int64(_statement, column);

    /// <summary>Reads a column of the row that is not null.</summary>
    public string Text(int column) => TextOrNull(column) ?? "";

    /// <summary>Reads a column of the row.</summary>
    public string? TextOrNull(int column) => sqlite3_column_text(_statement, column).utf8_to_string();

    /// <summary>Reads a column of the row.</summary>
    public byte[] Blob(int column) => sqlite3_column_blob(_statement, column).ToArray();

    /// <summary>Sets a parameter of another statement to a column of the row, of any type.</summary>
    public void CopyTo(int column, Statement other, int parameter)
    {
        switch (sqlite3_column_type(_statement, column))
        {
            case SQLITE_INTEGER:
                other.Bind(parameter, Long(column));
                break;
            case SQLITE_TEXT:
                other.Bind(parameter, TextOrNull(column));
                break;
            case SQLITE_BLOB:
                other.Bind(parameter, sqlite3_column_blob(_statement, column));
                break;
            default:
                other.Bind(parameter, (string?)null);
                break;
        }
    }

    /// <summary>How long a column of the row is, in bytes.</summary>
    public int Length(int column) => sqlite3_column_bytes(_statement, column);

    /// <inheritdoc/>
    public void Dispose() => _statement.Dispose();

    private void Check(int code)
    {
        if (code is not SQLITE_OK)
        {
            SqliteException.ThrowExceptionForRC(code, _database);
        }
    }
}
