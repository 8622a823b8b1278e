using System.Text.Json.Nodes;

namespace EventGateway.Api.Description;

/// <summary>Removes <c>null</c> from schemas, and adds it.</summary>
internal static class Nulls
{
    private const string Null = "null";

    private static readonly string[] Alternatives = ["oneOf", "anyOf"];

    /// <summary>Returns whether a schema accepts <c>null</c>.</summary>
    public static bool Accepts(JsonNode? schema) =>
        IsNull(schema?["type"])
        || (schema?["type"] is JsonArray types && types.Any(IsNull))
        || Alternatives.Any(name => schema?[name] is JsonArray list && list.Any(Accepts));

    /// <summary>Removes <c>null</c> from the values of a schema and of everything in it.</summary>
    public static void Remove(JsonNode? schema)
    {
        if (schema is JsonArray list)
        {
            foreach (var item in list)
            {
                Remove(item);
            }
        }
        else if (schema is JsonObject fields)
        {
            if (fields["properties"] is JsonObject properties)
            {
                // An answer leaves it out, whatever the constructor of the type requires.
                (fields["required"] as JsonArray)?.RemoveAll(name => Accepts(properties[(string)name!]));
            }

            foreach (var (_, value) in fields)
            {
                Remove(value);
            }

            Simplify(fields);
        }
    }

    /// <summary>Returns a schema that accepts <c>null</c> besides what this one accepts.</summary>
    /// <param name="schema">A schema that does not accept it. It is used up.</param>
    public static JsonObject Add(JsonObject schema)
    {
        if (schema["type"] is JsonValue type)
        {
            schema["type"] = new JsonArray((string)type!, Null);
            (schema["enum"] as JsonArray)?.Add(null);
            return schema;
        }

        if (schema["anyOf"] is JsonArray list)
        {
            list.Add(new JsonObject { ["type"] = Null });
            return schema;
        }

        var nullable = new JsonObject();
        if (schema["description"] is { } description)
        {
            schema.Remove("description");
            nullable["description"] = description;
        }

        // Any value is accepted already.
        if (schema.Count > 0)
        {
            nullable["anyOf"] = new JsonArray(schema, new JsonObject { ["type"] = Null });
        }

        return nullable;
    }

    private static void Simplify(JsonObject schema)
    {
        if (schema["type"] is JsonArray types && types.Any(IsNull))
        {
            var others = types.Where(static type => !IsNull(type)).Select(static type => type!.DeepClone()).ToArray();
            schema["type"] = others.Length == 1 ? others[0] : new JsonArray(others);
            if (schema["enum"] is JsonArray values)
            {
                values.RemoveAll(static value => value is null);
            }
        }

        foreach (var name in Alternatives)
        {
            if (schema[name] is not JsonArray list || list.RemoveAll(static item => IsNull(item?["type"])) == 0 || list.Count != 1)
            {
                continue;
            }

            var only = list[0]!.AsObject();
            schema.Remove(name);
            foreach (var (field, value) in only)
            {
                schema.TryAdd(field, value?.DeepClone());
            }
        }
    }

    private static bool IsNull(JsonNode? type) => type is JsonValue value && value.TryGetValue(out string? text) && text == Null;
}
