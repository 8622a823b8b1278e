using Microsoft.Data.Sqlite;

namespace EventGateway.Stores.Sqlite.Database;

/// <summary>Runs SQL that is used too seldom to prepare it.</summary>
internal static class Sql
{
    /// <summary>Runs statements that return no rows.</summary>
    public static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>Returns the first value of a query. Returns null when there are no rows.</summary>
    public static object? Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
