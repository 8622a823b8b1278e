using EventGateway.Abstractions.Resources;

namespace EventGateway.Abstractions.Plugins;

/// <summary>Subscribes a plug-in to a type of system events.</summary>
/// <param name="EventType">The type, one of <see cref="SystemEventTypes"/> that starts with <c>eventgateway.</c></param>
/// <param name="Mode">Whether the gateway waits for the plug-in.</param>
public sealed record PluginSubscription(string EventType, PluginMode Mode);
