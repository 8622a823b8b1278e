using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace EventGateway.Options;

/// <summary>Turns texts into options, collecting every error.</summary>
internal sealed class OptionReader(Func<string, string?> find)
{
    private readonly List<string> _errors = [];

    /// <summary>What was wrong, one entry per option.</summary>
    public IReadOnlyList<string> Errors => _errors;

    public string? Text(string name) => find(name);

    public void Reject(string error) => _errors.Add(error);

    public bool Flag(string name, bool fallback) => find(name) switch
    {
        null => fallback,
        "" => true,
        { } text when bool.TryParse(text, out var value) => value,
        { } text => Invalid(name, text, "true or false", fallback),
    };

    public long Number(string name, long fallback, long min, long max) => OptionalNumber(name, min, max) ?? fallback;

    public long? OptionalNumber(string name, long min, long max)
    {
        var text = find(name);
        if (text is null)
        {
            return null;
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max
            ? value
            : Invalid<long?>(name, text, $"a number from {min} to {max}", null);
    }

    public T Choice<T>(string name, T fallback, params ReadOnlySpan<(string Text, T Value)> choices)
    {
        var text = find(name);
        if (text is null)
        {
            return fallback;
        }

        var accepted = new List<string>();
        foreach (var (choice, value) in choices)
        {
            if (string.Equals(choice, text, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }

            accepted.Add(choice);
        }

        return Invalid(name, text, string.Join(" or ", accepted), fallback);
    }

    /// <summary>Networks and single addresses, separated by commas.</summary>
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
                networks.Add(new IPNetwork(address, address.AddressFamily is AddressFamily.InterNetwork ? 32 : 128));
            }
            else if (IPNetwork.TryParse(text, out var network))
            {
                networks.Add(network);
            }
            else
            {
                return Invalid(name, text, "IP addresses and networks such as 10.0.0.0/8, separated by commas", networks);
            }
        }

        return networks;
    }

    private T Invalid<T>(string name, string text, string accepted, T fallback)
    {
        _errors.Add($"--{name} is \"{text}\"; accepted: {accepted}.");
        return fallback;
    }
}
