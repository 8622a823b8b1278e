namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>A file was found damaged and is not mended yet. What can be read of it is back once it is.</summary>
internal sealed class DamagedFileException() : IOException("A file of the event log is damaged, and what can be read of it is being saved.");
