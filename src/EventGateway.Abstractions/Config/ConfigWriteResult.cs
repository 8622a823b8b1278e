namespace EventGateway.Abstractions.Config;

/// <summary>The outcome of a write.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="Revision">Stored: the new revision. Conflict: the revision that is there, 0 for none.</param>
public readonly record struct ConfigWriteResult(ConfigWriteStatus Status, long Revision);
