using System.Text.Json.Nodes;

namespace EventGateway.Api.Description;

/// <summary>Adds the schemas of merge patches (RFC 7396): each field may be left out, and null removes one that need not be there.</summary>
/// <param name="schemas">The schemas of answers, which get those of patches.</param>
internal sealed class Patches(SchemaSet schemas)
{
    /// <summary>Returns the names in a list of required fields.</summary>
    public static IReadOnlyList<string> NamesIn(JsonNode? required) => [.. (required?.AsArray() ?? []).Select(static name => (string)name!)];

    // Adds the patch of a schema and of the objects in it. Returns its name.
    private string Add(string name)
    {
        var patch = SchemaSet.PatchOf(name);
        if (schemas.Has(patch))
        {
            return patch;
        }

        var schema = schemas.Get(name);
        schemas.Set(
            patch,
            schema["oneOf"] is JsonArray kinds ? new JsonObject { ["anyOf"] = PatchAll(kinds) } : PatchOf(schema, NamesIn(schema["required"])));
        return patch;
    }

    /// <summary>Returns the patch of an object. Adds those of the objects in it.</summary>
    /// <param name="kept">The fields that a patch cannot remove.</param>
    public JsonObject PatchOf(JsonObject schema, IReadOnlyList<string> kept)
    {
        var patch = schema.DeepClone().AsObject();
        patch.Remove("required");
        if (patch.ContainsKey("description") && schema["properties"] is not null)
        {
            patch["description"] = $"A JSON merge patch (RFC 7396): fields that are left out stay, null removes a field. {schema["description"]}";
        }

        if (schema["properties"] is JsonObject properties)
        {
            patch["properties"] = new JsonObject(properties.Select(field =>
                KeyValuePair.Create(field.Key, (JsonNode?)Value(field.Value!.AsObject(), isKept: kept.Contains(field.Key)))));
        }

        patch["additionalProperties"] = schema["additionalProperties"] is JsonObject others ? Value(others, isKept: false) : false;
        return patch;
    }

    // What a patch accepts for a value: a patch of an object, a new value in place of any other, or null, which removes it.
    private JsonObject Value(JsonObject schema, bool isKept)
    {
        var value = schema.DeepClone().AsObject();
        if (SchemaSet.NameOf(schema) is { } name)
        {
            value["$ref"] = (string)SchemaSet.Reference(IsObject(name) ? Add(name) : name)["$ref"]!;
        }
        else if (schema["oneOf"] is JsonArray forms)
        {
            value.Remove("oneOf");
            value["anyOf"] = PatchAll(forms);
        }
        else if (schema["additionalProperties"] is JsonObject)
        {
            value = PatchOf(schema, []);
        }

        return isKept ? value : Nulls.Add(value);
    }

    private JsonArray PatchAll(JsonArray forms) =>
    [
        .. forms.Select(form => SchemaSet.NameOf(form) is { } name && IsObject(name) ? SchemaSet.Reference(Add(name)) : form!.DeepClone()),
    ];

    private bool IsObject(string name) => schemas.Get(name) is var schema && ((string?)schema["type"] == "object" || schema["oneOf"] is not null);
}
