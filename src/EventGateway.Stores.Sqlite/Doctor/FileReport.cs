namespace EventGateway.Stores.Sqlite.Doctor;

/// <summary>The doctor's report on one file of a data directory.</summary>
/// <param name="Name">The file, relative to the data directory.</param>
/// <param name="Kind">The content of the file, in words.</param>
public sealed record FileReport(string Name, string Kind)
{
    /// <summary>The version of its tables. Null when it cannot be read.</summary>
    public long? Version { get; init; }

    /// <summary>The id of the store that it belongs to. Null when it has none, or cannot be read.</summary>
    public Guid? Store { get; init; }

    /// <summary>Its bytes on disk, with those of its write-ahead log.</summary>
    public long Bytes { get; init; }

    /// <summary>How many rows each of its tables has. Tables that cannot be read to their end are left out.</summary>
    public IReadOnlyList<(string Table, long Rows)> Rows { get; init; } = [];

    /// <summary>Its problems. Empty when it is healthy.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>Whether a repair can save something: the file itself is damaged, not only events in it.</summary>
    public bool IsDamaged { get; init; }

    /// <summary>Remarks that are no problems.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
