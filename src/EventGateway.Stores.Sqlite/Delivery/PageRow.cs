namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>A row that was found on a page.</summary>
/// <param name="RowId">Its row id. Null for a row of an index, or of a table without row ids.</param>
/// <param name="Values">Its columns: a number, a text, bytes, or null.</param>
internal readonly record struct PageRow(long? RowId, object?[] Values);
