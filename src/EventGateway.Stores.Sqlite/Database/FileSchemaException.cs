namespace EventGateway.Stores.Sqlite.Database;

/// <summary>A healthy file that this program must not use: another program's, or of a newer version. It is left as it is.</summary>
internal sealed class FileSchemaException(string message) : IOException(message);
