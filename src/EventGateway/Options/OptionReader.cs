using System.Globalization;
using System.Net;
using System.Numerics;

namespace EventGateway.Options;

/// <summary>Parses the texts of options and collects all errors.</summary>
internal sealed class OptionReader(Func<string, OptionText?> find)
{
    private readonly List<string> _errors = [];

    private delegate bool TryParse<T>(string text, out T value);

    /// <summary>The errors, one for each option.</summary>
    public IReadOnlyList<string> Errors => _errors;

    public string? Text(string name) => find(name)?.Text;

    public void Reject(string error) => _errors.Add(error);

    /// <summary>Adds the error of an option.</summary>
    /// <param name="text">The part of the option's text that is wrong.</param>
    /// <param name="accepted">The accepted values.</param>
    public void Reject(string name, string text, string accepted) => Reject($"{SourceOf(name)} is \"{text}\"; accepted: {accepted}.");

    /// <summary>Returns how errors name the place that sets an option: the argument if nothing does.</summary>
    public string SourceOf(string name) => find(name)?.Source ?? "--" + name;

    /// <summary>Reads the path of a directory or file that need not exist.</summary>
    public string Path(string name, string fallback) => Read(
        name, fallback, "a path", static (text, out value) => !string.IsNullOrWhiteSpace(value = text));

    public bool Flag(string name, bool fallback) => Read(
        name, fallback, "true or false", static (text, out value) => bool.TryParse(text is "" ? bool.TrueString : text, out value));

    public T Number<T>(string name, T fallback, T min, T max)
        where T : struct, INumber<T> => Read(
            name, fallback, $"a number from {min} to {max}",
            (text, out value) => T.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value >= min && value <= max);

    /// <summary>Reads a size in bytes.</summary>
    public long Size(string name, long fallback, long min, long max) => Read(
        name, fallback, $"{OptionSize.Accepted}, from {OptionSize.Format(min)} to {OptionSize.Format(max)}",
        (text, out value) => OptionSize.TryParse(text, out value) && value >= min && value <= max);

    public TimeSpan Duration(string name, TimeSpan fallback, TimeSpan min, TimeSpan max) => Read(
        name, fallback, $"{OptionDuration.Accepted}, from {OptionDuration.Format(min)} to {OptionDuration.Format(max)}",
        (text, out value) => OptionDuration.TryParse(text, out value) && value >= min && value <= max);

    public T Choice<T>(string name, T fallback, params (string Text, T Value)[] choices) => Read(
        name, fallback, ListOf(choices.Select(static choice => choice.Text)), (text, out value) =>
        {
            var index = Array.FindIndex(choices, choice => choice.Text.Equals(text, StringComparison.OrdinalIgnoreCase));
            value = index < 0 ? fallback : choices[index].Value;
            return index >= 0;
        });

    /// <summary>Reads networks and single addresses, separated by commas.</summary>
    public IReadOnlyList<IPNetwork> Networks(string name)
    {
        if (Text(name) is not { } list)
        {
            return [];
        }

        var networks = new List<IPNetwork>();
        foreach (var text in list.Split(',', StringSplitOptions.TrimEntries))
        {
            if (IPAddress.TryParse(text, out var address))
            {
                networks.Add(new IPNetwork(address, address.GetAddressBytes().Length * 8));
            }
            else if (IPNetwork.TryParse(text, out var network))
            {
                networks.Add(network);
            }
            else
            {
                Reject(name, text, "IP addresses and networks such as 10.0.0.0/8, separated by commas");
                break;
            }
        }

        return networks;
    }

    private static string ListOf(IEnumerable<string> choices)
    {
        string[] all = [.. choices];
        return all.Length == 1 ? all[0] : $"{string.Join(", ", all[..^1])} or {all[^1]}";
    }

    private T Read<T>(string name, T fallback, string accepted, TryParse<T> tryParse)
    {
        if (Text(name) is not { } text)
        {
            return fallback;
        }

        if (tryParse(text, out var value))
        {
            return value;
        }

        Reject(name, text, accepted);
        return fallback;
    }
}
