using System.Text.Json;
using EventGateway.AcceptanceTests.Harness;

namespace EventGateway.AcceptanceTests.Conformance;

/// <summary>Compares the calls that functions received with the recorded calls, in any order.</summary>
internal static class CallComparer
{
    /// <summary>Returns one line for each difference. Returns an empty list when exactly the recorded calls were received.</summary>
    public static IReadOnlyList<string> Compare(IReadOnlyList<RecordedCall> recorded, IReadOnlyList<FunctionCall> actual)
    {
        var missing = recorded.ToList();
        var extra = actual.ToList();
        missing.RemoveAll(r => Remove(extra, a => Compare(r, a).Count == 0) is not null);

        // The remaining calls are paired by path and described in detail.
        var lines = new List<string>();
        foreach (var call in missing)
        {
            var candidate = Remove(extra, a => a.Path == call.Path);
            lines.AddRange(candidate is null ? [$"missing: {call.Method} {call.Path}"] : Compare(call, candidate));
        }

        lines.AddRange(extra.Select(e => $"extra: {e.Method} {e.Path} {e.Text}"));
        return lines;
    }

    private static List<string> Compare(RecordedCall recorded, FunctionCall actual)
    {
        var lines = new List<string>();
        if (recorded.Method != actual.Method || recorded.Path != actual.Path)
        {
            lines.Add($"recorded {recorded.Method} {recorded.Path}, received {actual.Method} {actual.Path}");
        }

        foreach (var (name, value) in recorded.Headers)
        {
            var received = actual.Headers.Find(name);
            if (!HeaderComparer.SameValue(name, string.Join(", ", RecordedHeader.Values(value)), received))
            {
                lines.Add($"{recorded.Path}: header {name}: recorded {value}, received {received}");
            }
        }

        lines.AddRange(CompareBody(recorded.Body, actual.Text).Select(l => $"{recorded.Path}: {l}"));
        return lines;
    }

    private static IEnumerable<string> CompareBody(JsonElement recorded, string actual)
    {
        if (recorded.ValueKind is JsonValueKind.String)
        {
            return recorded.GetString() == actual ? [] : [$"body: recorded {recorded}, received {actual}"];
        }

        try
        {
            return JsonComparer.Compare(recorded, JsonElement.Parse(actual));
        }
        catch (JsonException)
        {
            return [$"body: recorded JSON, received {actual}"];
        }
    }

    private static FunctionCall? Remove(List<FunctionCall> calls, Predicate<FunctionCall> match)
    {
        var i = calls.FindIndex(match);
        if (i < 0)
        {
            return null;
        }

        var call = calls[i];
        calls.RemoveAt(i);
        return call;
    }
}
