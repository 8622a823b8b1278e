using EventGateway.Abstractions.Resources;

namespace EventGateway.Abstractions.Config;

/// <summary>The kinds of configuration that a store keeps. The values are stored: never renumber.</summary>
public enum ConfigKind
{
    /// <summary>An <see cref="Resources.EventType"/>.</summary>
    EventType = 1,

    /// <summary>A <see cref="Resources.Function"/>.</summary>
    Function = 2,

    /// <summary>A <see cref="Resources.Subscription"/>.</summary>
    Subscription = 3,

    /// <summary>A <see cref="CorsConfiguration"/>.</summary>
    Cors = 4,
}
