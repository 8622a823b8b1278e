using System.Text.Json.Nodes;

namespace EventGateway.Abstractions.Settings;

/// <summary>The JSON Schema of an object while its reader asks for one field after another.</summary>
internal sealed class ObjectSchema
{
    private readonly JsonObject _properties = [];
    private readonly SortedSet<string> _required = new(StringComparer.Ordinal);
    private readonly List<JsonObject> _kinds = [];
    private JsonObject? _others;

    /// <summary>Adds a field, or replaces what was known of it.</summary>
    /// <param name="name">The field.</param>
    /// <param name="schema">Its schema.</param>
    /// <param name="isRequired">Whether the field must be given. A field stays required.</param>
    public void Set(string name, JsonObject schema, bool isRequired = false)
    {
        _properties[name] = schema;
        if (isRequired)
        {
            _required.Add(name);
        }
    }

    /// <summary>Returns what is known of a field, detached. It must be set again.</summary>
    public JsonObject Take(string name)
    {
        var known = (JsonObject?)_properties[name] ?? [];
        _properties[name] = null;
        return known;
    }

    /// <summary>Adds a field of which nothing is known yet.</summary>
    public void Touch(string name) => _properties.TryAdd(name, new JsonObject());

    /// <summary>Accepts fields of all names, with values of one form.</summary>
    public void AcceptOthers(JsonObject values) => _others = values;

    /// <summary>Makes this the schema of objects of several kinds, each with own fields.</summary>
    /// <param name="field">The field that names the kind.</param>
    /// <param name="kind">The name of one kind.</param>
    /// <param name="schema">The schema of the other fields of this kind. Gets the field.</param>
    public void AddKind(string field, string kind, JsonObject schema)
    {
        var properties = (JsonObject)schema["properties"]!;
        properties.Insert(0, field, new JsonObject { ["type"] = "string", ["enum"] = new JsonArray(kind) });
        schema["title"] = kind;
        schema["required"] = new JsonArray([field, .. ((JsonArray?)schema["required"] ?? []).Select(static name => name!.DeepClone())]);
        _kinds.Add(schema);
    }

    /// <summary>Returns the schema.</summary>
    public JsonObject ToJson()
    {
        if (_kinds.Count > 0)
        {
            return new JsonObject
            {
                ["oneOf"] = new JsonArray([.. _kinds]),
                ["discriminator"] = new JsonObject { ["propertyName"] = _properties.First().Key },
            };
        }

        var schema = new JsonObject
        {
            ["type"] = "object",
            ["properties"] = _properties,
            ["required"] = new JsonArray([.. _required.Select(static name => (JsonNode)name)]),
            ["additionalProperties"] = _others ?? (JsonNode)false,
        };
        if (_required.Count == 0)
        {
            schema.Remove("required");
        }

        return schema;
    }
}
