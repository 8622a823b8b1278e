namespace EventGateway.Stores.Sqlite.Doctor;

/// <summary>The doctor's report on a data directory.</summary>
/// <param name="Directory">The full path of the directory.</param>
/// <param name="Store">The id of the store. Null when there is no manifest.</param>
/// <param name="Files">The existing files, and those that should exist.</param>
public sealed record StoreReport(string Directory, Guid? Store, IReadOnlyList<FileReport> Files)
{
    /// <summary>Whether nothing is wrong.</summary>
    public bool IsHealthy => Files.All(static file => file.Problems.Count == 0);
}
