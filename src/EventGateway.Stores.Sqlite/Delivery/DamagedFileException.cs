namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>Thrown when a damaged file is not repaired yet. Its readable part is available after that.</summary>
internal sealed class DamagedFileException() : IOException("A file of the delivery store is damaged. Its readable part is being saved.");
