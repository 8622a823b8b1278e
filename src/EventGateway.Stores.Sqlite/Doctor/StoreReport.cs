namespace EventGateway.Stores.Sqlite.Doctor;

/// <summary>What the doctor found in a data directory.</summary>
/// <param name="Directory">The full path of the directory.</param>
/// <param name="Store">The id of the store. Null: there is no manifest.</param>
/// <param name="Files">The files that are there, and those that should be.</param>
public sealed record StoreReport(string Directory, Guid? Store, IReadOnlyList<FileReport> Files)
{
    /// <summary>Whether nothing is wrong.</summary>
    public bool IsHealthy => Files.All(static file => file.Problems.Count == 0);
}
