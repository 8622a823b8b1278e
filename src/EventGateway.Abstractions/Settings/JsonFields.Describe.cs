using System.Text.Json.Nodes;

namespace EventGateway.Abstractions.Settings;

public sealed partial class JsonFields
{
    // Null unless the reader is described.
    private ObjectSchema? _schema;

    /// <summary>
    /// Returns the JSON Schema (2020-12) of the objects that a reader accepts. The reader gets an empty object, and each field that
    /// it asks for is noted: a new setting is described as soon as it is read. Objects in the object have a <c>title</c>.
    /// </summary>
    /// <param name="read">The reader. What it returns does not matter.</param>
    public static JsonObject Describe(Func<JsonFields, object?> read)
    {
        ArgumentNullException.ThrowIfNull(read);
        var schema = new ObjectSchema();
        read(new JsonFields(default, "", new SettingErrors([])) { _schema = schema });
        return schema.ToJson();
    }

    /// <summary>
    /// Describes a field that is read as a <see cref="Value"/>, or one that accepts more than the method it is read with. Has an effect
    /// only while the reader is described.
    /// </summary>
    /// <param name="name">The field.</param>
    /// <param name="describe">Returns the schema. Gets what is known, an empty schema for a <see cref="Value"/>.</param>
    /// <param name="isRequired">Whether the field must be given.</param>
    public void Describe(string name, Func<JsonObject, JsonObject> describe, bool isRequired = false)
    {
        ArgumentNullException.ThrowIfNull(describe);
        _schema?.Set(name, describe(_schema.Take(name)), isRequired);
    }

    /// <summary>Describes the fields of an object whose names are the sender's. Has an effect only while the reader is described.</summary>
    /// <param name="describe">Returns the schema of a value.</param>
    public void DescribeOthers(Func<JsonObject> describe)
    {
        ArgumentNullException.ThrowIfNull(describe);
        _schema?.AcceptOthers(describe());
    }

    private void DescribeNested(string name, Func<JsonFields, object?> read, string accepted)
    {
        if (_schema is null)
        {
            return;
        }

        var schema = Describe(read);
        var noun = char.ToUpperInvariant(name[0]) + name[1..];
        foreach (var kind in (JsonArray?)schema["oneOf"] ?? [])
        {
            var title = (string)kind!["title"]!;
            kind["title"] = char.ToUpperInvariant(title[0]) + title[1..] + noun;
        }

        schema["title"] = noun + "Settings";
        schema["description"] = SettingSchema.Of("object", accepted)["description"]!.DeepClone();
        _schema.Set(name, schema);
    }
}
