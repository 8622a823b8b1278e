using System.Text.Json;

namespace EventGateway.AcceptanceTests.Conformance;

/// <summary>Compares the bodies of responses: JSON by meaning, collections in any order, errors by their structure and kept messages.</summary>
internal static class BodyComparer
{
    private static readonly string[] Collections = ["eventTypes", "functions", "subscriptions", "cors"];

    /// <summary>Describes the difference between a body and the recorded one. Returns null when they are equivalent.</summary>
    public static string? Compare(string recorded, string actual)
    {
        if (Parse(recorded) is not { } recordedJson)
        {
            return recorded == actual ? null : $"recorded {Quote(recorded)}, received {Quote(actual)}";
        }

        if (Parse(actual) is not { } actualJson)
        {
            return $"recorded JSON {recorded.Trim()}, received {Quote(actual)}";
        }

        if (IsErrors(recordedJson))
        {
            return CompareErrors(recordedJson, actualJson);
        }

        if (CollectionOf(recordedJson) is { } name && CollectionOf(actualJson) == name)
        {
            return CompareUnordered(recordedJson.GetProperty(name), actualJson.GetProperty(name));
        }

        return Join(JsonComparer.Compare(recordedJson, actualJson));
    }

    private static string? CompareErrors(JsonElement recorded, JsonElement actual)
    {
        if (!IsErrors(actual))
        {
            return $"recorded an errors body, received {actual.GetRawText()}";
        }

        // The gateway reports every error. 0.9 reported only the first.
        var message = recorded.GetProperty("errors")[0].GetProperty("message").GetString()!;
        var problems = actual.GetProperty("errors").EnumerateArray()
            .Select(e => KeptMessages.Compare(message, e.GetProperty("message").GetString()!)).ToArray();
        return KeptMessages.IsWhole(message) && problems.Contains(null) ? null : Join(problems.OfType<string>());
    }

    private static string? CompareUnordered(JsonElement recorded, JsonElement actual)
    {
        var missing = recorded.EnumerateArray().ToList();
        var extra = actual.EnumerateArray().ToList();
        missing.RemoveAll(r =>
        {
            var same = extra.FindIndex(a => JsonComparer.Compare(r, a).Count == 0);
            if (same >= 0)
            {
                extra.RemoveAt(same);
            }

            return same >= 0;
        });
        return Join([.. missing.Select(m => $"missing: {m.GetRawText()}"), .. extra.Select(e => $"extra: {e.GetRawText()}")]);
    }

    private static string? CollectionOf(JsonElement body) =>
        body.ValueKind is JsonValueKind.Object && body.EnumerateObject().Count() == 1
            ? Array.Find(Collections, c => body.TryGetProperty(c, out var list) && list.ValueKind is JsonValueKind.Array)
            : null;

    private static bool IsErrors(JsonElement body) =>
        body.ValueKind is JsonValueKind.Object && body.TryGetProperty("errors", out var errors)
        && errors.ValueKind is JsonValueKind.Array && errors.GetArrayLength() > 0
        && errors.EnumerateArray().All(e => e.ValueKind is JsonValueKind.Object
            && e.TryGetProperty("message", out var m) && m.ValueKind is JsonValueKind.String);

    private static JsonElement? Parse(string text)
    {
        if (text.TrimStart() is not ['{' or '[', ..])
        {
            return null;
        }

        try
        {
            return JsonElement.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Quote(string text) => JsonSerializer.Serialize(text.Length > 2000 ? text[..2000] + "…" : text);

    private static string? Join(IEnumerable<string> lines) => lines.Any() ? string.Join("\n  ", lines) : null;
}
