namespace EventGateway.Stores.Sqlite.Database;

/// <summary>Thrown for a healthy file that belongs to another program or to a newer version. The file is left unchanged.</summary>
internal sealed class FileSchemaException(string message) : IOException(message);
