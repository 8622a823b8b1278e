using System.Text.Json.Nodes;

namespace EventGateway.Api.Description;

/// <summary>The schemas of an OpenAPI document: those of answers, and those of request bodies and patches, which are made of them.</summary>
/// <param name="schemas">The schemas by name: <c>#/components/schemas</c>.</param>
internal sealed class SchemaSet(JsonObject schemas)
{
    private const string Place = "#/components/schemas/";

    /// <summary>Returns the name of the schema of a body that has all fields.</summary>
    public static string InputOf(string name) => name + "Input";

    /// <summary>Returns the name of the schema of a merge patch.</summary>
    public static string PatchOf(string name) => name + "Patch";

    /// <summary>Returns a reference to a schema.</summary>
    public static JsonObject Reference(string name) => new() { ["$ref"] = Place + name };

    /// <summary>Returns the name of the schema that a reference names. Null when it is no reference.</summary>
    public static string? NameOf(JsonNode? schema) => schema is JsonObject && schema["$ref"] is { } reference ? ((string)reference!)[Place.Length..] : null;

    /// <summary>Returns the name of the schema of a response's or request's JSON. Null when it has none.</summary>
    public static string? NameIn(JsonNode? message) => NameOf(message?["content"]?["application/json"]?["schema"]);

    public bool Has(string name) => schemas.ContainsKey(name);

    public JsonObject Get(string name) => schemas[name]?.AsObject() ?? throw new KeyNotFoundException(name);

    /// <summary>Adds a schema, or replaces it.</summary>
    public void Set(string name, JsonObject schema) => schemas[name] = schema;

    /// <summary>Adds a schema. Schemas in it that have a title become schemas of their own.</summary>
    /// <exception cref="InvalidOperationException">Another schema has the name of one of them.</exception>
    public void Add(string name, JsonObject schema)
    {
        schema.Remove("title");
        Extract(schema);
        if (schemas.TryGetPropertyValue(name, out var other) && !JsonNode.DeepEquals(other, schema))
        {
            throw new InvalidOperationException($"Two schemas of the OpenAPI document have the name {name}.");
        }

        schemas[name] = schema;
    }

    /// <summary>Removes <c>null</c> from all values: answers leave out fields without a value, and bodies may.</summary>
    public void RemoveNulls()
    {
        foreach (var (_, schema) in schemas)
        {
            Nulls.Remove(schema);
        }
    }

    /// <summary>Requires the fields of an answer that are never null: every answer has them. Must be called before the nulls are removed.</summary>
    public void RequireNeverNull(string name)
    {
        var fields = Get(name)["properties"]!.AsObject().Where(static field => !Nulls.Accepts(field.Value));
        Get(name)["required"] = new JsonArray([.. fields.Select(static field => (JsonNode)field.Key)]);
    }

    /// <summary>Adds the schemas of the bodies that create a resource and change it.</summary>
    /// <param name="name">The schema of answers, made of the type of the resource.</param>
    /// <param name="body">The schema of the fields that are read.</param>
    /// <param name="idFields">The fields that make the id.</param>
    public void AddBodies(string name, JsonObject body, IReadOnlyList<string> idFields)
    {
        Set(InputOf(name), Input(Get(name), body));
        Set(PatchOf(name), new Patches(this).PatchOf(Get(name), [.. Patches.NamesIn(body["required"]), .. idFields]));
    }

    /// <summary>Returns the schema of a body: without requiring the fields that only answers have, and refusing unknown ones.</summary>
    /// <param name="answer">The schema of answers.</param>
    /// <param name="body">The schema of the fields that are read.</param>
    public static JsonObject Input(JsonObject answer, JsonObject body)
    {
        var input = answer.DeepClone().AsObject();
        input["required"] = body["required"]?.DeepClone();
        input["additionalProperties"] = false;
        return input;
    }

    private void Extract(JsonNode? schema)
    {
        if (schema is JsonArray list)
        {
            for (var i = 0; i < list.Count; i++)
            {
                list[i] = Replace(list[i]);
            }
        }
        else if (schema is JsonObject fields)
        {
            foreach (var (name, value) in fields.ToList())
            {
                if (value is JsonObject or JsonArray)
                {
                    fields[name] = Replace(value);
                }
            }

            Map(fields);
        }
    }

    // Returns the schema itself, or a reference to it.
    private JsonNode? Replace(JsonNode? schema)
    {
        if (schema is not JsonObject titled || titled["title"] is not JsonValue)
        {
            Extract(schema);
            return schema?.Parent is null ? schema : schema.DeepClone();
        }

        var name = (string)titled["title"]!;
        Add(name, titled.DeepClone().AsObject());
        return Reference(name);
    }

    // A discriminator can name schemas only, so it gets its mapping when they have names.
    private void Map(JsonObject schema)
    {
        if (schema["discriminator"] is not JsonObject discriminator)
        {
            return;
        }

        var field = (string)discriminator["propertyName"]!;
        var mapping = new JsonObject();
        foreach (var reference in schema["oneOf"]!.AsArray())
        {
            mapping[(string)Get(NameOf(reference)!)["properties"]![field]!["enum"]![0]!] = (string)reference!["$ref"]!;
        }

        discriminator["mapping"] = mapping;
    }
}
