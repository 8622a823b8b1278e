using System.Security.Cryptography;
using EventGateway.CloudEvents;

namespace EventGateway.Abstractions.Connections;

/// <summary>
/// The header <c>Via</c> (RFC 9110, section 7.6.3) that each call of a function carries: it shows how often event gateways have
/// passed a request on, so that one that leads in a circle is cut.
/// </summary>
public static class Via
{
    /// <summary>The header's name.</summary>
    public const string Name = "Via";

    private const string Gateway = "event-gateway";

    /// <summary>The pseudonym of this gateway: <c>event-gateway-</c> and eight digits, which differ from start to start.</summary>
    public static string Pseudonym { get; } = $"{Gateway}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}";

    /// <summary>The header's value for a call of this gateway.</summary>
    internal static string Value { get; } = $"1.1 {Pseudonym}";

    /// <summary>Counts how often event gateways have passed a request on; this one and others alike.</summary>
    /// <param name="value">A value of the header: entries separated by commas, each a protocol and a pseudonym.</param>
    public static int CountGateways(ReadOnlySpan<char> value)
    {
        var count = 0;
        foreach (var range in value.Split(','))
        {
            var entry = value[range].Trim(" \t");
            var by = entry[(entry.IndexOfAny(' ', '\t') + 1)..].TrimStart(" \t");
            if (by.StartsWith(Gateway, StringComparison.OrdinalIgnoreCase))
            {
                count++;
            }
        }

        return count;
    }

    /// <summary>Finds the value that names the most event gateways, for a call that several events share.</summary>
    /// <param name="values">The values; null where an event has none.</param>
    public static string? MostOf(IEnumerable<string?> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return values.MaxBy(static value => CountGateways(value));
    }

    /// <summary>Joins the values that a request came with.</summary>
    /// <returns>The value that its calls carry before that of this gateway; null when there is none, or when it cannot be sent on.</returns>
    public static string? Join(IEnumerable<string?> values)
    {
        var joined = string.Join(", ", values);
        return joined.Length > 0 && AttributeRules.IsHeaderText(joined) ? joined : null;
    }
}
