namespace EventGateway.Engine.Plugins;

/// <summary>The outcome of an event for a plug-in.</summary>
internal enum PluginOutcome
{
    /// <summary>The plug-in let it go on, or took an async one.</summary>
    Continued,

    /// <summary>The plug-in stopped it.</summary>
    Stopped,

    /// <summary>The plug-in threw an exception.</summary>
    Failed,

    /// <summary>The plug-in did not answer within its deadline.</summary>
    TimedOut,

    /// <summary>The plug-in was not called: too many calls of it are under way.</summary>
    Overloaded,

    /// <summary>The plug-in was not called: too many async events wait for it, or the gateway stops.</summary>
    Dropped,
}
