namespace EventGateway.Abstractions.Delivery;

/// <summary>A file that a store cannot use, or not all of it.</summary>
/// <param name="File">Its name in the data directory, such as <c>deliveries/7.db</c>.</param>
/// <param name="Kind">What is wrong with it.</param>
public sealed record StoreFault(string File, StoreFaultKind Kind);

/// <summary>What is wrong with a file of a store.</summary>
public enum StoreFaultKind
{
    /// <summary>It should be there and is not.</summary>
    Missing,

    /// <summary>It cannot be read, or not all of it. Files of deliveries were set aside under another name.</summary>
    Damaged,

    /// <summary>It belongs to another store. It was set aside under another name.</summary>
    Foreign,

    /// <summary>It has events that are not what was accepted. The others are in use.</summary>
    DamagedEvents,
}
