namespace EventGateway.Core.Registry;

/// <summary>The kinds of configuration that a store keeps. The values are stored: never renumber.</summary>
public enum ConfigKind
{
    /// <summary>An <see cref="Registry.EventType"/>.</summary>
    EventType = 1,

    /// <summary>A <see cref="Registry.Function"/>.</summary>
    Function = 2,

    /// <summary>A <see cref="Registry.Subscription"/>.</summary>
    Subscription = 3,

    /// <summary>A <see cref="CorsConfiguration"/>.</summary>
    Cors = 4,
}

/// <summary>Names one resource in a config store.</summary>
/// <param name="Space">The space.</param>
/// <param name="Kind">The kind of resource.</param>
/// <param name="Id">Its id within space and kind.</param>
public readonly record struct ConfigKey(string Space, ConfigKind Kind, string Id);

/// <summary>A resource as a config store keeps it.</summary>
/// <param name="Key">Its name.</param>
/// <param name="Json">The resource as a JSON document in UTF-8; the store does not look inside.</param>
/// <param name="Revision">The store's revision of the write that left it so; grows with every write to the store.</param>
public sealed record ConfigEntry(ConfigKey Key, ReadOnlyMemory<byte> Json, long Revision);

/// <summary>One step of a config store's change feed.</summary>
/// <param name="Key">What changed.</param>
/// <param name="Json">What it is now. Not set: it was deleted.</param>
/// <param name="Revision">The revision of the write.</param>
public sealed record ConfigChange(ConfigKey Key, ReadOnlyMemory<byte>? Json, long Revision);
