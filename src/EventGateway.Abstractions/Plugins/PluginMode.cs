namespace EventGateway.Abstractions.Plugins;

/// <summary>Whether the gateway waits for a plug-in.</summary>
public enum PluginMode
{
    /// <summary>The plug-in gets the event later, and nothing waits for it. Events that come faster than it takes them are dropped.</summary>
    Async,

    /// <summary>
    /// The gateway waits for the plug-in, which may stop the event or call. Only for <c>eventgateway.event.received</c> and
    /// <c>eventgateway.function.invoking</c>, because the other events report what has happened.
    /// </summary>
    Sync,
}
