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
            CompareResponse(recorded, response, differences);
        }
        else if (response.Status is 0 or >= 500)
        {
            differences.Add(new Difference("status", $"{recorded.Response.Status}", $"{response.Status}"));
        }

        differences.AddRange(CallComparer.Compare(recorded.Delivered, calls));
        return differences;
    }

    private static void CompareResponse(RecordedCase recordedCase, RawResponse actual, List<Difference> differences)
    {
        var recorded = recordedCase.Response;
        if (recorded.Status != actual.Status)
        {
            differences.Add(new Difference("status", $"{recorded.Status}", $"{actual.Status}"));
        }

        // The body of a 405 is not compared, so its type is not compared either. It must say which methods are accepted.
        if (recorded.Status == 405)
        {
            if (actual.Header("allow") is null)
            {
                differences.Add(new Difference("allow", "nothing", "nothing"));
            }

            return;
        }

        CompareHeaders(recorded, actual, differences);
        differences.AddRange(recorded.Body.ValueKind is JsonValueKind.Object
            ? MetricsComparer.Compare(recorded.Body, actual.Text)
            : CompareBody(recorded, actual, isExact: recordedCase.Api == "events"));
    }

    private static IReadOnlyList<Difference> CompareBody(RecordedResponse recorded, RawResponse actual, bool isExact)
    {
        var text = recorded.Body.GetString()!;
        return text is "<gzip>" or "<body not recorded>" ? [] : BodyComparer.Compare(text, actual.Text, isExact);
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
                differences.Add(new Difference(name, r ?? "nothing", a ?? "nothing"));
            }
        }
    }

    private static bool IsTrailingSlashRedirect(RecordedCase recorded) =>
        recorded.Response.Status is 301 or 307
        && recorded.Response.Headers.TryGetValue("location", out var location)
        && recorded.Request.Path.TrimEnd('/') == location.GetString()!.TrimEnd('/');
}
