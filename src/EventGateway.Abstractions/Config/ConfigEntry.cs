namespace EventGateway.Abstractions.Config;

/// <summary>A resource as a config store keeps it.</summary>
/// <param name="Key">Its name.</param>
/// <param name="Json">The resource as a JSON document in UTF-8; the store does not look inside.</param>
/// <param name="Revision">The store's revision of the write that left it so; grows with every write to the store.</param>
public sealed record ConfigEntry(ConfigKey Key, ReadOnlyMemory<byte> Json, long Revision);
