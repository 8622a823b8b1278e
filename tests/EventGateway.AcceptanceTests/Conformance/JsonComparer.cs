using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace EventGateway.AcceptanceTests.Conformance;

/// <summary>
/// Compares JSON by meaning. The order of keys is free, and <c>null</c> equals a missing member. Numbers are compared as doubles,
/// because 0.9 parsed them as doubles. The masks <c>&lt;uuid&gt;</c> and <c>&lt;time&gt;</c> match any UUID and time.
/// </summary>
internal static partial class JsonComparer
{
    /// <summary>Returns a difference for each place that differs. Returns an empty list when the values are equivalent.</summary>
    /// <param name="place">The place of the values.</param>
    /// <param name="recorded">The expected value, with masks.</param>
    /// <param name="actual">The received value.</param>
    public static IReadOnlyList<Difference> Compare(string place, JsonElement recorded, JsonElement actual)
    {
        var differences = new List<Difference>();
        CompareValues(place, recorded, actual, differences);
        return differences;
    }

    /// <summary>Returns whether a text equals the recorded text or matches its mask.</summary>
    public static bool TextMatches(string recorded, string actual) => recorded switch
    {
        "<uuid>" => Guid.TryParseExact(actual, "D", out _),
        "<time>" => Rfc3339().IsMatch(actual) && DateTimeOffset.TryParse(actual, out _),
        _ => recorded == actual,
    };

    private static void CompareValues(string path, JsonElement recorded, JsonElement actual, List<Difference> differences)
    {
        switch (recorded.ValueKind, actual.ValueKind)
        {
            case (JsonValueKind.Object, JsonValueKind.Object):
                CompareObjects(path, recorded, actual, differences);
                break;
            case (JsonValueKind.Array, JsonValueKind.Array):
                CompareArrays(path, recorded, actual, differences);
                break;
            case (JsonValueKind.String, JsonValueKind.String) when TextMatches(recorded.GetString()!, actual.GetString()!):
            case (JsonValueKind.Number, JsonValueKind.Number) when AsDouble(recorded).Equals(AsDouble(actual)):
                break;
            case var (r, a) when r == a && r is JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null:
                break;
            default:
                differences.Add(new Difference(path, recorded.GetRawText(), actual.GetRawText()));
                break;
        }
    }

    private static void CompareObjects(string path, JsonElement recorded, JsonElement actual, List<Difference> differences)
    {
        foreach (var property in recorded.EnumerateObject().Where(p => p.Value.ValueKind is not JsonValueKind.Null))
        {
            var place = $"{path}.{property.Name}";
            if (!actual.TryGetProperty(property.Name, out var value) || value.ValueKind is JsonValueKind.Null)
            {
                differences.Add(new Difference(place, property.Value.GetRawText(), "nothing"));
            }
            else
            {
                CompareValues(place, property.Value, value, differences);
            }
        }

        foreach (var property in actual.EnumerateObject().Where(p => p.Value.ValueKind is not JsonValueKind.Null))
        {
            if (!recorded.TryGetProperty(property.Name, out var value) || value.ValueKind is JsonValueKind.Null)
            {
                differences.Add(new Difference($"{path}.{property.Name}", "nothing", property.Value.GetRawText()));
            }
        }
    }

    private static void CompareArrays(string path, JsonElement recorded, JsonElement actual, List<Difference> differences)
    {
        var (r, a) = (recorded.GetArrayLength(), actual.GetArrayLength());
        if (r != a)
        {
            differences.Add(new Difference(path, $"{r} elements", $"{a}: {actual.GetRawText()}"));
            return;
        }

        for (var i = 0; i < r; i++)
        {
            CompareValues($"{path}[{i}]", recorded[i], actual[i], differences);
        }
    }

    // Digits beyond the precision of a double are ignored.
    private static double AsDouble(JsonElement number) => double.Parse(number.GetRawText(), CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Rfc3339();
}
