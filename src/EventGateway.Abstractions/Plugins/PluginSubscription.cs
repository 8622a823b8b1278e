using EventGateway.Abstractions.Resources;

namespace EventGateway.Abstractions.Plugins;

/// <summary>A plug-in's wish to get the system events of a type.</summary>
/// <param name="EventType">The type, one of <see cref="SystemEventTypes"/> that starts with <c>eventgateway.</c></param>
/// <param name="Mode">Whether the gateway waits for the plug-in.</param>
public sealed record PluginSubscription(string EventType, PluginMode Mode);
