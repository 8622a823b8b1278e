using System.Text.Json;
using EventGateway.AcceptanceTests.Harness;

namespace EventGateway.AcceptanceTests.Conformance;

/// <summary>Compares the response and the calls of a case with the recorded ones. Ignores differences without meaning.</summary>
internal static class CaseComparer
{
    // A header that 0.9 added to errors in plain text.
    private const string TextErrorHeader = "x-content-type-options";

    /// <summary>Returns every difference. Returns an empty list when the gateway behaved as recorded.</summary>
    public static IReadOnlyList<Difference> Compare(RecordedCase recorded, RawResponse response, IReadOnlyList<FunctionCall> calls)
    {
        var differences = new List<Difference>();
        if (!IsTrailingSlashRedirect(recorded))
        {
            CompareResponse(recorded.Response, response, differences);
        }

        var lines = CallComparer.Compare(recorded.Delivered, calls);
        if (lines.Count > 0)
        {
            differences.Add(new Difference("deliveries", string.Join("\n  ", lines)));
        }

        return differences;
    }

    private static void CompareResponse(RecordedResponse recorded, RawResponse actual, List<Difference> differences)
    {
        if (recorded.Status != actual.Status)
        {
            differences.Add(new Difference("status", $"recorded {recorded.Status}, received {actual.Status}"));
        }

        // The body of a 405 is not compared, so its type is not compared either.
        if (recorded.Status == 405)
        {
            return;
        }

        CompareHeaders(recorded, actual, differences);
        var body = recorded.Body.ValueKind is JsonValueKind.Object
            ? MetricsComparer.Compare(recorded.Body, actual.Text)
            : CompareBody(recorded, actual);
        if (body is not null)
        {
            differences.Add(new Difference("body", body));
        }
    }

    private static string? CompareBody(RecordedResponse recorded, RawResponse actual)
    {
        var text = recorded.Body.GetString()!;
        return text is "<gzip>" or "<body not recorded>" ? null : BodyComparer.Compare(text, actual.Text);
    }

    private static void CompareHeaders(RecordedResponse recorded, RawResponse actual, List<Difference> differences)
    {
        var expected = recorded.Headers.Concat(recorded.OtherHeaders ?? new Dictionary<string, JsonElement>())
            .Where(h => h.Key != TextErrorHeader)
            .ToDictionary(h => h.Key, h => string.Join(", ", RecordedHeader.Values(h.Value)), StringComparer.OrdinalIgnoreCase);
        var received = actual.Headers.Select(h => h.Name.ToLowerInvariant())
            .Where(n => n is "content-type" or "location" or "vary" || n.StartsWith("access-control-", StringComparison.Ordinal));
        foreach (var name in expected.Keys.Union(received, StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal))
        {
            var (r, a) = (expected.GetValueOrDefault(name), actual.Header(name));
            if (!HeaderComparer.SameValue(name, r, a))
            {
                differences.Add(new Difference(name, $"recorded {r ?? "nothing"}, received {a ?? "nothing"}"));
            }
        }
    }

    private static bool IsTrailingSlashRedirect(RecordedCase recorded) =>
        recorded.Response.Status is 301 or 307
        && recorded.Response.Headers.TryGetValue("location", out var location)
        && recorded.Request.Path.TrimEnd('/') == location.GetString()!.TrimEnd('/');
}
