using System.Text.Json;
using EventGateway.AcceptanceTests.Harness;

namespace EventGateway.AcceptanceTests.Conformance;

/// <summary>Compares the calls that functions received with the recorded calls, in any order.</summary>
internal static class CallComparer
{
    private const string Place = "deliveries";

    /// <summary>Returns the differences. Returns an empty list when exactly the recorded calls were received.</summary>
    public static IReadOnlyList<Difference> Compare(IReadOnlyList<RecordedCall> recorded, IReadOnlyList<FunctionCall> actual)
    {
        var missing = recorded.ToList();
        var extra = actual.ToList();
        missing.RemoveAll(r => Remove(extra, a => Compare(r, a).Count == 0) is not null);

        // The remaining calls are paired with the call of the same function that differs least, and described in detail.
        var differences = new List<Difference>();
        foreach (var call in missing)
        {
            var nearest = extra.Where(a => a.Path == call.Path).MinBy(a => Compare(call, a).Count);
            var candidate = nearest is null ? null : Remove(extra, a => ReferenceEquals(a, nearest));
            differences.AddRange(candidate is null ? [new Difference(Place + ".missing", $"{call.Method} {call.Path}", call.Path)] : Compare(call, candidate));
        }

        differences.AddRange(extra.Select(e => new Difference(Place + ".extra", "nothing", e.Path)));
        return differences;
    }

    private static List<Difference> Compare(RecordedCall recorded, FunctionCall actual)
    {
        var differences = new List<Difference>();
        if (recorded.Method != actual.Method || recorded.Path != actual.Path)
        {
            differences.Add(new Difference(Place + ".target", $"{recorded.Method} {recorded.Path}", $"{actual.Method} {actual.Path}"));
        }

        foreach (var (name, value) in recorded.Headers)
        {
            var (r, received) = (string.Join(", ", RecordedHeader.Values(value)), actual.Headers.Find(name));
            if (!HeaderComparer.SameValue(name, r, received))
            {
                differences.Add(new Difference($"{Place}.{name}", r, received ?? "nothing"));
            }
        }

        differences.AddRange(CompareBody(recorded.Body, actual.Text));
        return differences;
    }

    private static IReadOnlyList<Difference> CompareBody(JsonElement recorded, string actual)
    {
        if (recorded.ValueKind is JsonValueKind.String)
        {
            return recorded.GetString() == actual ? [] : [new Difference(Place, recorded.GetString()!, actual)];
        }

        try
        {
            return JsonComparer.Compare(Place, recorded, JsonElement.Parse(actual));
        }
        catch (JsonException)
        {
            return [new Difference(Place, recorded.GetRawText(), actual)];
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
