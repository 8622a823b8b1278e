using System.CommandLine;

namespace EventGateway.Options;

/// <summary>One option: its name on the command line and what it means. The other two spellings follow from the name.</summary>
/// <param name="Name">The name, without dashes in front.</param>
/// <param name="Description">What the help says; of an obsolete option, what the log says.</param>
/// <param name="IsSwitch">Whether it needs no value. Default: false.</param>
/// <param name="IsList">Whether it may be given more than once. Default: false.</param>
/// <param name="IsObsolete">Whether it is of 0.9 and does nothing here. Default: false.</param>
internal sealed record OptionName(string Name, string Description, bool IsSwitch = false, bool IsList = false, bool IsObsolete = false)
{
    /// <summary>The argument on the command line: <c>--events-port</c> for <c>events-port</c>.</summary>
    public string Argument => "--" + Name;

    /// <summary>The environment variable: <c>EVENT_GATEWAY_EVENTS_PORT</c> for <c>events-port</c>.</summary>
    public string Variable => "EVENT_GATEWAY_" + Name.Replace('-', '_').ToUpperInvariant();

    /// <summary>The key of <c>appsettings.json</c>: <c>EventGateway:events-port</c>.</summary>
    public string Key => $"{Section}:{Name}";

    /// <summary>The section of <c>appsettings.json</c>.</summary>
    public const string Section = "EventGateway";

    /// <summary>Makes the option of the command-line parser.</summary>
    public Option Create() =>
        IsSwitch ? new Option<bool>(Argument) { Description = Description }
        : IsList ? new Option<string[]>(Argument) { Description = Description }
        : new Option<string>(Argument) { Description = Description, Hidden = IsObsolete };
}
