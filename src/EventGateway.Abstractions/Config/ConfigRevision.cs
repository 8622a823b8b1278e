namespace EventGateway.Abstractions.Config;

/// <summary>An entry of a config store at a revision.</summary>
/// <param name="Key">The entry.</param>
/// <param name="Revision">The revision of the write that left it so.</param>
public readonly record struct ConfigRevision(ConfigKey Key, long Revision);
