using System.Security.Cryptography;
using EventGateway.CloudEvents;

namespace EventGateway.Abstractions.Connections;

/// <summary>
/// The header <c>Via</c> (RFC 9110, section 7.6.3), which each call of a function carries. It shows how often event gateways have
/// forwarded a request, so that a loop can be stopped.
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

    /// <summary>Returns how often event gateways, this one or others, have forwarded a request.</summary>
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

    /// <summary>Returns the value that names most event gateways, for a call that several events share.</summary>
    /// <param name="values">The values. Null for an event that has none.</param>
    public static string? FindLongestPath(IEnumerable<string?> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return values.MaxBy(static value => CountGateways(value));
    }

    /// <summary>Joins the values of a request.</summary>
    /// <returns>The value that calls carry before that of this gateway. Null when there is none, or when it cannot be forwarded.</returns>
    public static string? Join(IEnumerable<string?> values)
    {
        var joined = string.Join(", ", values);
        return joined.Length > 0 && AttributeRules.IsHeaderText(joined) ? joined : null;
    }
}
