namespace EventGateway.Abstractions.Config;

/// <summary>How a write to a config store ended.</summary>
public enum ConfigWriteStatus
{
    /// <summary>It was stored, durably.</summary>
    Stored,

    /// <summary>A create found the key taken, or an update or delete found another revision than it expected or nothing at all.</summary>
    Conflict,
}
