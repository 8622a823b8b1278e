namespace EventGateway.Abstractions.Delivery;

/// <summary>A file that a store cannot use, or only in part.</summary>
/// <param name="File">Its name in the data directory, such as <c>deliveries/7.db</c>.</param>
/// <param name="Kind">The kind of the fault.</param>
public sealed record StoreFault(string File, StoreFaultKind Kind);

/// <summary>The kind of a fault.</summary>
public enum StoreFaultKind
{
    /// <summary>The file is missing.</summary>
    Missing,

    /// <summary>The file cannot be read, or only in part. Files of deliveries were renamed.</summary>
    Damaged,

    /// <summary>The file belongs to another store. It was renamed.</summary>
    Foreign,

    /// <summary>Some events differ from their checksums. The others are in use.</summary>
    DamagedEvents,
}
