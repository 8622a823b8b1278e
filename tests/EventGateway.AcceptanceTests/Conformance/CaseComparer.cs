using System.Text.Json;
using EventGateway.AcceptanceTests.Harness;

namespace EventGateway.AcceptanceTests.Conformance;

/// <summary>Compares what came of a case with what was recorded, so that a difference means something.</summary>
internal static class CaseComparer
{
    // What 0.9 added to the errors that it sent as text.
    private const string TextErrorMark = "x-content-type-options";

    /// <summary>Every difference; none where the gateway did what was recorded.</summary>
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
            differences.Add(new Difference("status", $"recorded {recorded.Status}, came {actual.Status}"));
        }

        // A body that is not compared needs no particular type either.
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
            .Where(h => h.Key != TextErrorMark)
            .ToDictionary(h => h.Key, h => string.Join(", ", RecordedHeader.Values(h.Value)), StringComparer.OrdinalIgnoreCase);
        var came = actual.Headers.Select(h => h.Name.ToLowerInvariant())
            .Where(n => n is "content-type" or "location" or "vary" || n.StartsWith("access-control-", StringComparison.Ordinal));
        foreach (var name in expected.Keys.Union(came, StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal))
        {
            var (r, a) = (expected.GetValueOrDefault(name), actual.Header(name));
            if (!HeaderComparer.SameValue(name, r, a))
            {
                differences.Add(new Difference(name, $"recorded {r ?? "nothing"}, came {a ?? "nothing"}"));
            }
        }
    }

    private static bool IsTrailingSlashRedirect(RecordedCase recorded) =>
        recorded.Response.Status is 301 or 307
        && recorded.Response.Headers.TryGetValue("location", out var location)
        && recorded.Request.Path.TrimEnd('/') == location.GetString()!.TrimEnd('/');
}
