namespace EventGateway.Options;

/// <summary>One option: its name on the command line and what it means. The other two spellings follow from the name.</summary>
/// <param name="Name">The name, without dashes in front.</param>
/// <param name="Description">What the help says.</param>
/// <param name="IsSwitch">Whether it takes no value.</param>
internal sealed record OptionName(string Name, string Description, bool IsSwitch = false)
{
    /// <summary>The environment variable: <c>EVENT_GATEWAY_EVENTS_PORT</c> for <c>events-port</c>.</summary>
    public string Variable => "EVENT_GATEWAY_" + Name.Replace('-', '_').ToUpperInvariant();

    /// <summary>The key of <c>appsettings.json</c>: <c>EventGateway:events-port</c>.</summary>
    public string Key => $"{Section}:{Name}";

    /// <summary>The section of <c>appsettings.json</c>.</summary>
    public const string Section = "EventGateway";
}
