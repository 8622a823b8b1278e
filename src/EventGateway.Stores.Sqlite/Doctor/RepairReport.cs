namespace EventGateway.Stores.Sqlite.Doctor;

/// <summary>The result of the repair of one file.</summary>
/// <param name="Name">The file, relative to the data directory.</param>
/// <param name="Saved">The present content of the file, in words.</param>
/// <param name="Lost">The parts that could not be read, a line each. Empty when none are known.</param>
/// <param name="Original">Where the damaged file is now, relative to the data directory. Null when no file was moved.</param>
public sealed record RepairReport(string Name, string Saved, IReadOnlyList<string> Lost, string? Original);
