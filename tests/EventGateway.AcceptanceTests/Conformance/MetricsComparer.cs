using System.Text.Json;
using System.Text.RegularExpressions;

namespace EventGateway.AcceptanceTests.Conformance;

/// <summary>Compares Prometheus text with the recorded metric families: names, types and labels.</summary>
internal static partial class MetricsComparer
{
    /// <summary>Returns the differences. Returns an empty list when the text has every recorded family, with its labels and buckets.</summary>
    /// <remarks>The numbers are not compared: the recording counts requests that are not among the cases.</remarks>
    public static IReadOnlyList<Difference> Compare(JsonElement recorded, string actual)
    {
        var differences = new List<Difference>();
        foreach (var family in recorded.GetProperty("families").EnumerateArray())
        {
            var name = family.GetProperty("name").GetString()!;
            var type = family.GetProperty("type").GetString()!;
            if (!actual.Contains($"# TYPE {name} {type}\n", StringComparison.Ordinal))
            {
                differences.Add(new Difference($"body.{name}", type, "nothing"));
                continue;
            }

            Add($"body.{name}.labels", Texts(family, "labels"), LabelsOf(name, actual));
            Add($"body.{name}.buckets", Texts(family, "buckets"), BucketsOf(name, actual));
        }

        // System events count as received.
        differences.AddRange(recorded.GetProperty("samples").EnumerateObject().Select(s => s.Name)
            .Where(name => name.Contains("space=\"default\",type=\"eventgateway.", StringComparison.Ordinal) && !actual.Contains(name, StringComparison.Ordinal))
            .Select(name => new Difference("body.samples", name, "nothing")));
        return differences;

        void Add(string where, HashSet<string> expected, HashSet<string> received)
        {
            if (!expected.SetEquals(received))
            {
                differences.Add(new Difference(where, string.Join(',', expected), string.Join(',', received)));
            }
        }
    }

    private static HashSet<string> Texts(JsonElement family, string name) => family.TryGetProperty(name, out var texts)
        ? texts.EnumerateArray().Select(l => l.GetString()!).ToHashSet(StringComparer.Ordinal)
        : [];

    private static HashSet<string> BucketsOf(string family, string text) =>
        Bucket().Matches(text).Where(m => m.Groups["name"].Value == family).Select(m => m.Groups["le"].Value).ToHashSet(StringComparer.Ordinal);

    private static HashSet<string> LabelsOf(string family, string text) =>
        Sample().Matches(text).Where(m => m.Groups["name"].Value is var n && (n == family || n == family + "_bucket"))
            .SelectMany(m => m.Groups["label"].Captures.Select(c => c.Value)).ToHashSet(StringComparer.Ordinal);

    [GeneratedRegex("""^(?<name>[a-zA-Z_:]+)(\{((?<label>[a-zA-Z_]+)="[^"]*",?)*\})? """, RegexOptions.Multiline | RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex Sample();

    [GeneratedRegex("""^(?<name>[a-zA-Z_:]+)_bucket\{(.*,)?le="(?<le>[^"]*)"\} """, RegexOptions.Multiline | RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex Bucket();
}
