using Microsoft.Data.Sqlite;

namespace EventGateway.Stores.Sqlite.Database;

/// <summary>One step from a schema version to the next.</summary>
/// <param name="Summary">A description for the log.</param>
/// <param name="Sql">The statements. Empty when only the number of the version changes.</param>
/// <param name="IsDone">
/// Returns true when the file already has what the step adds. Only for files that programs wrote before every change of a
/// schema had its version. Null means that the step always runs.
/// </param>
internal sealed record Migration(string Summary, string Sql, Func<SqliteConnection, bool>? IsDone = null);
