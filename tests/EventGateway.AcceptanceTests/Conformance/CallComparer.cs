using System.Text.Json;
using EventGateway.AcceptanceTests.Harness;

namespace EventGateway.AcceptanceTests.Conformance;

/// <summary>Compares the calls that functions received with the recorded ones, in any order.</summary>
internal static class CallComparer
{
    /// <summary>How the calls differ, one line each; none where each recorded call came once and no other did.</summary>
    public static IReadOnlyList<string> Compare(IReadOnlyList<RecordedCall> recorded, IReadOnlyList<FunctionCall> actual)
    {
        var missing = recorded.ToList();
        var extra = actual.ToList();
        missing.RemoveAll(r => Remove(extra, a => Compare(r, a).Count == 0) is not null);

        // What is left is told call by call where the path is the same, since that is mostly the call that was meant.
        var lines = new List<string>();
        foreach (var call in missing)
        {
            var meant = Remove(extra, a => a.Path == call.Path);
            lines.AddRange(meant is null ? [$"missing: {call.Method} {call.Path}"] : Compare(call, meant));
        }

        lines.AddRange(extra.Select(e => $"extra: {e.Method} {e.Path} {e.Text}"));
        return lines;
    }

    private static List<string> Compare(RecordedCall recorded, FunctionCall actual)
    {
        var lines = new List<string>();
        if (recorded.Method != actual.Method || recorded.Path != actual.Path)
        {
            lines.Add($"recorded {recorded.Method} {recorded.Path}, came {actual.Method} {actual.Path}");
        }

        foreach (var (name, value) in recorded.Headers)
        {
            var came = actual.Headers.Find(name);
            if (!HeaderComparer.SameValue(name, string.Join(", ", RecordedHeader.Values(value)), came))
            {
                lines.Add($"{recorded.Path}: header {name}: recorded {value}, came {came}");
            }
        }

        lines.AddRange(CompareBody(recorded.Body, actual.Text).Select(l => $"{recorded.Path}: {l}"));
        return lines;
    }

    private static IEnumerable<string> CompareBody(JsonElement recorded, string actual)
    {
        if (recorded.ValueKind is JsonValueKind.String)
        {
            return recorded.GetString() == actual ? [] : [$"body: recorded {recorded}, came {actual}"];
        }

        try
        {
            return JsonComparer.Compare(recorded, JsonElement.Parse(actual));
        }
        catch (JsonException)
        {
            return [$"body: recorded JSON, came {actual}"];
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
