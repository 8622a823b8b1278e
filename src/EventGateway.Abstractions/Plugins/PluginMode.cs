namespace EventGateway.Abstractions.Plugins;

/// <summary>Whether the gateway waits for a plug-in.</summary>
public enum PluginMode
{
    /// <summary>The plug-in is told later, and nothing waits for it. Events that come faster than it takes them are dropped.</summary>
    Async,

    /// <summary>
    /// What the event tells of waits for the plug-in, which may stop it. Only for <c>eventgateway.event.received</c> and
    /// <c>eventgateway.function.invoking</c>: what the others tell of has happened.
    /// </summary>
    Sync,
}
