using System.Text.Json.Nodes;

namespace EventGateway.Api.Description;

/// <summary>Adds the schemas of merge patches (RFC 7396): each field may be left out, and null removes it.</summary>
/// <param name="schemas">The schemas of answers, which get those of patches.</param>
internal sealed class Patches(SchemaSet schemas)
{
    /// <summary>Adds the patch of a schema and of the objects in it.</summary>
    /// <returns>The name of the patch.</returns>
    public string Add(string name)
    {
        var patch = SchemaSet.PatchOf(name);
        if (schemas.Has(patch))
        {
            return patch;
        }

        var schema = schemas.Get(name);
        schemas.Set(patch, schema["oneOf"] is JsonArray kinds ? new JsonObject { ["anyOf"] = PatchAll(kinds) } : PatchOf(schema));
        return patch;
    }

    /// <summary>Returns the patch of an object.</summary>
    public JsonObject PatchOf(JsonObject schema)
    {
        var patch = schema.DeepClone().AsObject();
        patch.Remove("required");
        if (patch.ContainsKey("description") && schema["properties"] is not null)
        {
            patch["description"] = $"A JSON merge patch (RFC 7396): fields that are left out stay, null removes a field. {schema["description"]}";
        }

        if (schema["properties"] is JsonObject properties)
        {
            var fields = properties.Where(static field => field.Value!["readOnly"] is null).Select(field => KeyValuePair.Create(field.Key, (JsonNode?)Value(field.Value!.AsObject())));
            patch["properties"] = new JsonObject(fields);
        }

        patch["additionalProperties"] = schema["additionalProperties"] is JsonObject others ? Value(others) : false;
        return patch;
    }

    // What a patch accepts for a value: a patch of an object, a new value in place of any other, or null.
    private JsonObject Value(JsonObject schema)
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
            value = PatchOf(schema);
        }

        return Nulls.Add(value);
    }

    private JsonArray PatchAll(JsonArray forms) =>
    [
        .. forms.Select(form => SchemaSet.NameOf(form) is { } name && IsObject(name) ? SchemaSet.Reference(Add(name)) : form!.DeepClone()),
    ];

    private bool IsObject(string name) => schemas.Get(name) is var schema && ((string?)schema["type"] == "object" || schema["oneOf"] is not null);
}
