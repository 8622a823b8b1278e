using System.CommandLine;

namespace EventGateway.Options;

/// <summary>An option. Its names on the command line, in the environment and in <c>appsettings.json</c> follow from its name.</summary>
/// <param name="Name">The name, without leading dashes.</param>
/// <param name="Value">The value in the help: <c>port</c> for <c>--events-port &lt;port&gt;</c>. Null means a switch, which needs no value.</param>
/// <param name="Description">The text in the help. For an obsolete option, the text in the log.</param>
/// <param name="IsList">Whether the option can be set more than once. Default: false.</param>
/// <param name="IsObsolete">Whether it is an option of 0.9 that has no effect. Default: false.</param>
internal sealed record OptionName(string Name, string? Value, string Description, bool IsList = false, bool IsObsolete = false)
{
    /// <summary>The section of <c>appsettings.json</c>.</summary>
    public const string Section = "EventGateway";

    /// <summary>The argument on the command line: <c>--events-port</c> for <c>events-port</c>.</summary>
    public string Argument => "--" + Name;

    /// <summary>The argument with its value: <c>--events-port &lt;port&gt;</c>.</summary>
    public string Usage => IsSwitch ? Argument : $"{Argument} <{Value}>";

    /// <summary>The environment variable: <c>EVENT_GATEWAY_EVENTS_PORT</c> for <c>events-port</c>.</summary>
    public string Variable => EnvironmentVariables.Prefix + Name.Replace('-', '_').ToUpperInvariant();

    /// <summary>The key of <c>appsettings.json</c>: <c>EventGateway:events-port</c>.</summary>
    public string Key => $"{Section}:{Name}";

    /// <summary>Whether the option needs no value.</summary>
    public bool IsSwitch => Value is null;

    /// <summary>Creates the option for the command-line parser.</summary>
    public Option Create() =>
        IsSwitch ? new Option<bool>(Argument)
        : IsList ? new Option<string[]>(Argument)
        : new Option<string>(Argument);
}
