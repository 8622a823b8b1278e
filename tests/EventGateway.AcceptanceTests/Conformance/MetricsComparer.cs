using System.Text.Json;
using System.Text.RegularExpressions;

namespace EventGateway.AcceptanceTests.Conformance;

/// <summary>Compares Prometheus text with the recorded metric families: names, types and labels.</summary>
internal static partial class MetricsComparer
{
    /// <summary>Describes the differences. Returns null when the text contains every recorded family.</summary>
    public static string? Compare(JsonElement recorded, string actual)
    {
        var lines = new List<string>();
        foreach (var family in recorded.GetProperty("families").EnumerateArray())
        {
            var name = family.GetProperty("name").GetString()!;
            var type = family.GetProperty("type").GetString()!;
            if (!actual.Contains($"# TYPE {name} {type}\n", StringComparison.Ordinal))
            {
                lines.Add($"missing: family {name} of type {type}");
                continue;
            }

            var expected = family.GetProperty("labels").EnumerateArray().Select(l => l.GetString()!).ToHashSet(StringComparer.Ordinal);
            var labels = LabelsOf(name, actual);
            if (!expected.IsSubsetOf(labels))
            {
                lines.Add($"{name}: recorded labels {string.Join(',', expected)}, received {string.Join(',', labels)}");
            }
        }

        return lines.Count == 0 ? null : string.Join("\n  ", lines);
    }

    private static HashSet<string> LabelsOf(string family, string text) =>
        Sample().Matches(text).Where(m => m.Groups["name"].Value is var n && (n == family || n == family + "_bucket"))
            .SelectMany(m => m.Groups["label"].Captures.Select(c => c.Value)).ToHashSet(StringComparer.Ordinal);

    [GeneratedRegex("""^(?<name>[a-zA-Z_:]+)(\{((?<label>[a-zA-Z_]+)="[^"]*",?)*\})? """, RegexOptions.Multiline | RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex Sample();
}
