using System.Collections;
using System.Text.RegularExpressions;
using EventGateway.Abstractions.Settings;

namespace EventGateway.Options;

/// <summary>Reads options from the environment.</summary>
internal static partial class EnvironmentVariables
{
    /// <summary>The beginning of the names of all options in the environment.</summary>
    public const string Prefix = "EVENT_GATEWAY_";

    /// <summary>Returns the text of an option, or null when the environment does not set it.</summary>
    public static string? Find(OptionName option) =>
        // Compose files and unit files pass on unset variables as empty ones.
        Environment.GetEnvironmentVariable(option.Variable) is { Length: > 0 } text && !IsOfKubernetes(option.Variable, text) ? text : null;

    /// <summary>Returns an error for each variable with the prefix that is not an option.</summary>
    /// <param name="variables">The environment.</param>
    public static IEnumerable<string> Check(IDictionary variables) =>
        from entry in variables.Cast<DictionaryEntry>()
        let name = (string)entry.Key
        let text = entry.Value as string
        where name.StartsWith(Prefix, StringComparison.Ordinal) && !string.IsNullOrEmpty(text)
        where !OptionNames.All.Any(option => option.Variable == name) && !IsOfKubernetes(name, text)
        orderby name
        select $"Unknown environment variable \"{name}\". {Suggest(name)}";

    private static string Suggest(string name) =>
        NearestName.Find(name[Prefix.Length..].Replace('_', '-'), OptionNames.Current) is { } nearest
            ? $"Did you mean \"{OptionNames.All.First(option => option.Name == nearest).Variable}\"?"
            : "--help lists the variables that are accepted.";

    // For a service "event-gateway", or one whose name begins like that, the variables of its cluster IP and of links
    // (https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables).
    private static bool IsOfKubernetes(string name, string text) =>
        ServiceName().IsMatch(name) || (name.EndsWith("_PORT", StringComparison.Ordinal) && ServiceUrl().IsMatch(text));

    [GeneratedRegex("_SERVICE_HOST$|_SERVICE_PORT(_[A-Z0-9_]+)?$|_PORT_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ServiceName();

    [GeneratedRegex("^(tcp|udp|sctp)://", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ServiceUrl();
}
