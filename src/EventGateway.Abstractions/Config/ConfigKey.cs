namespace EventGateway.Abstractions.Config;

/// <summary>Names one resource in a config store.</summary>
/// <param name="Space">The space.</param>
/// <param name="Kind">The kind of resource.</param>
/// <param name="Id">Its id within space and kind.</param>
public readonly record struct ConfigKey(string Space, ConfigKind Kind, string Id);
