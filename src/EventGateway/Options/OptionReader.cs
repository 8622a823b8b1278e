using System.Globalization;
using System.Net;
using System.Numerics;

namespace EventGateway.Options;

/// <summary>Parses the texts of options and collects all errors.</summary>
internal sealed class OptionReader(Func<string, string?> find)
{
    private readonly List<string> _errors = [];

    private delegate bool TryParse<T>(string text, out T value);

    /// <summary>The errors, one for each option.</summary>
    public IReadOnlyList<string> Errors => _errors;

    public string? Text(string name) => find(name);

    public void Reject(string error) => _errors.Add(error);

    public void Reject(string name, string text, string accepted) => Reject($"--{name} is \"{text}\"; accepted: {accepted}.");

    public bool Flag(string name, bool fallback) => Read(
        name, fallback, "true or false", static (text, out value) => bool.TryParse(text is "" ? bool.TrueString : text, out value));

    public T Number<T>(string name, T fallback, T min, T max)
        where T : struct, INumber<T> => Read(
            name, fallback, $"a number from {min} to {max}",
            (text, out value) => T.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value >= min && value <= max);

    public long? OptionalNumber(string name, long min, long max) => find(name) is null ? null : Number(name, min, min, max);

    public TimeSpan Seconds(string name, TimeSpan fallback, long min, long max = 86_400) =>
        TimeSpan.FromSeconds(Number(name, (long)fallback.TotalSeconds, min, max));

    public T Choice<T>(string name, T fallback, params (string Text, T Value)[] choices) => Read(
        name, fallback, string.Join(" or ", choices.Select(choice => choice.Text)), (text, out value) =>
        {
            var index = Array.FindIndex(choices, choice => choice.Text.Equals(text, StringComparison.OrdinalIgnoreCase));
            value = index < 0 ? fallback : choices[index].Value;
            return index >= 0;
        });

    /// <summary>Reads networks and single addresses, separated by commas.</summary>
    public IReadOnlyList<IPNetwork> Networks(string name)
    {
        if (find(name) is not { } list)
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

    private T Read<T>(string name, T fallback, string accepted, TryParse<T> tryParse)
    {
        if (find(name) is not { } text)
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
