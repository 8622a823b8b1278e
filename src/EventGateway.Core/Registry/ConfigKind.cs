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
