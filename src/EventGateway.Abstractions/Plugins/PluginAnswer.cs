namespace EventGateway.Abstractions.Plugins;

/// <summary>The answer of a plug-in to an event.</summary>
public readonly record struct PluginAnswer
{
    private PluginAnswer(string error) => Error = error;

    /// <summary>Why the event is stopped, for its sender. Null when it goes on.</summary>
    public string? Error { get; }

    /// <summary>The event goes on; the same as <c>default</c>.</summary>
    public static PluginAnswer Continue => default;

    /// <summary>The event is stopped: an event received is refused with <c>403</c>, a function is not called.</summary>
    /// <param name="error">Why, for the sender to read.</param>
    public static PluginAnswer Stop(string error)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(error);
        return new PluginAnswer(error);
    }
}
