using System.Text.Json.Nodes;

namespace EventGateway.Abstractions.Settings;

/// <summary>Writes the JSON Schema (2020-12) of settings, for the OpenAPI document.</summary>
public static class SettingSchema
{
    /// <summary>Returns the schema of values of one type.</summary>
    /// <param name="type">The type, in the words of JSON Schema: <c>string</c>.</param>
    /// <param name="accepted">What is accepted, as errors say it.</param>
    public static JsonObject Of(string type, string accepted) => new() { ["type"] = type, ["description"] = Describe(accepted) };

    /// <summary>Returns the schema of one of several texts.</summary>
    /// <param name="choices">The texts.</param>
    /// <param name="accepted">What is accepted, as errors say it.</param>
    public static JsonObject OneOf(IEnumerable<string> choices, string accepted)
    {
        var schema = Of("string", accepted);
        schema["enum"] = new JsonArray([.. choices.Select(static choice => (JsonNode)choice)]);
        return schema;
    }

    /// <summary>Returns the schema of numbers with limits.</summary>
    /// <param name="type"><c>integer</c> or <c>number</c>.</param>
    /// <param name="min">The smallest number.</param>
    /// <param name="max">The largest number. Null means no limit.</param>
    /// <param name="accepted">What is accepted, as errors say it.</param>
    public static JsonObject Number(string type, double min, double? max, string accepted)
    {
        var schema = Of(type, accepted);
        schema["minimum"] = min;
        if (max is { } limit)
        {
            schema["maximum"] = limit;
        }

        return schema;
    }

    /// <summary>Returns the schema of a secret, which answers mask.</summary>
    /// <param name="accepted">What is accepted, as errors say it.</param>
    public static JsonObject Secret(string accepted)
    {
        var schema = Of("string", accepted);
        schema["format"] = "password";
        schema["description"] = $"{Describe(accepted)} Answers show {Secrets.Secret.Mask} in its place; sent back, it keeps the stored secret.";
        return schema;
    }

    /// <summary>Returns the schema of a list.</summary>
    /// <param name="items">The schema of each element.</param>
    /// <param name="min">The smallest number of elements.</param>
    /// <param name="max">The largest number of elements.</param>
    /// <param name="accepted">What is accepted, as errors say it.</param>
    public static JsonObject List(JsonObject items, int min, int max, string accepted)
    {
        var schema = Of("array", accepted);
        schema["items"] = items;
        schema["minItems"] = min;
        schema["maxItems"] = max;
        return schema;
    }

    /// <summary>Returns the schema of values that have one of two forms.</summary>
    /// <param name="accepted">What is accepted, as errors say it.</param>
    public static JsonObject Either(JsonObject one, JsonObject other, string accepted) =>
        new() { ["description"] = Describe(accepted), ["oneOf"] = new JsonArray(one, other) };

    private static string Describe(string accepted) => accepted.EndsWith('.') ? Capital(accepted) : $"Accepted: {accepted}.";

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
