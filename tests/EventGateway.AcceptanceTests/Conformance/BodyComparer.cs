using System.Text.Json;

namespace EventGateway.AcceptanceTests.Conformance;

/// <summary>Compares the bodies of responses: JSON by meaning, collections in any order, errors by their structure and kept messages.</summary>
internal static class BodyComparer
{
    private static readonly string[] Collections = ["eventTypes", "functions", "subscriptions", "cors"];

    private static readonly string[] Identities = ["subscriptionId", "functionId", "corsId", "name"];

    private const string Place = "body";

    /// <summary>Returns the differences between a body and the recorded one. Returns an empty list when they are equivalent.</summary>
    /// <param name="isExact">Whether a body that is no errors body must have the recorded bytes, since a function sent it.</param>
    public static IReadOnlyList<Difference> Compare(string recorded, string actual, bool isExact = false)
    {
        var recordedJson = Parse(recorded);
        var actualJson = Parse(actual);
        if (recordedJson is { } errors && IsErrors(errors))
        {
            return actualJson is { } received && IsErrors(received)
                ? CompareErrors(errors, received)
                : [new Difference(Place, Difference.Errors, Quote(actual))];
        }

        if (actualJson is { } refusal && IsErrors(refusal))
        {
            return [new Difference(Place, Quote(recorded), Difference.Errors)];
        }

        if (isExact || recordedJson is not { } recordedValue || actualJson is not { } actualValue)
        {
            return recorded == actual ? [] : [new Difference(Place, Quote(recorded), Quote(actual))];
        }

        return CollectionOf(recordedValue) is { } name && CollectionOf(actualValue) == name
            ? CompareUnordered(recordedValue.GetProperty(name), actualValue.GetProperty(name))
            : JsonComparer.Compare(Place, recordedValue, actualValue);
    }

    // The gateway reports every error. 0.9 reported only the first.
    private static IReadOnlyList<Difference> CompareErrors(JsonElement recorded, JsonElement actual)
    {
        var message = recorded.GetProperty("errors")[0].GetProperty("message").GetString()!;
        var received = actual.GetProperty("errors").EnumerateArray().Select(e => e.GetProperty("message").GetString()!).ToArray();
        var isKept = KeptMessages.IsWhole(message) ? received.Contains(message) : received.All(r => KeptMessages.Compare(message, r) is null);
        return isKept ? [] : [new Difference(Place + ".message", message, string.Join(" | ", received))];
    }

    private static List<Difference> CompareUnordered(JsonElement recorded, JsonElement actual)
    {
        var missing = recorded.EnumerateArray().ToList();
        var extra = actual.EnumerateArray().ToList();
        missing.RemoveAll(r =>
        {
            var same = extra.FindIndex(a => JsonComparer.Compare(Place, r, a).Count == 0);
            if (same >= 0)
            {
                extra.RemoveAt(same);
            }

            return same >= 0;
        });

        // An element is paired with the one of the same identity, and described in detail.
        var differences = new List<Difference>();
        foreach (var element in missing)
        {
            var index = extra.FindIndex(e => IdentityOf(e) == IdentityOf(element));
            differences.AddRange(index < 0
                ? [new Difference(Place + ".missing", element.GetRawText(), IdentityOf(element))]
                : JsonComparer.Compare(Place, element, extra[index]));
            if (index >= 0)
            {
                extra.RemoveAt(index);
            }
        }

        differences.AddRange(extra.Select(e => new Difference(Place + ".extra", "nothing", IdentityOf(e))));
        return differences;
    }

    private static string IdentityOf(JsonElement resource) =>
        Identities.Select(name => resource.TryGetProperty(name, out var id) ? id.ToString() : null).FirstOrDefault(id => id is not null) ?? "";

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
}
