namespace EventGateway.Abstractions.Config;

/// <summary>One step of a config store's change feed.</summary>
/// <param name="Key">What changed.</param>
/// <param name="Json">The new document. Null means that it was deleted.</param>
/// <param name="Revision">The revision of the write.</param>
public sealed record ConfigChange(ConfigKey Key, ReadOnlyMemory<byte>? Json, long Revision);
