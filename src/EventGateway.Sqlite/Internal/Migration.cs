namespace EventGateway.Sqlite.Internal;

/// <summary>One step from a schema version to the next.</summary>
/// <param name="Summary">What it does, for the log.</param>
/// <param name="Sql">The statements.</param>
internal sealed record Migration(string Summary, string Sql);
