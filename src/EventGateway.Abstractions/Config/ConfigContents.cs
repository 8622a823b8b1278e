namespace EventGateway.Abstractions.Config;

/// <summary>All entries of a config store.</summary>
/// <param name="Entries">The entries, in no order.</param>
/// <param name="Revision">The store's revision when they were read.</param>
public sealed record ConfigContents(IReadOnlyList<ConfigEntry> Entries, long Revision);
