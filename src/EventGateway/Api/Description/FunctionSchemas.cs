using System.Text.Json.Nodes;
using EventGateway.Engine.Functions;

namespace EventGateway.Api.Description;

/// <summary>
/// Describes functions: one schema for each type that this program has, with the settings of the type. The discriminator is the
/// function's <c>type</c>, because it stands beside <c>provider</c> and not in it.
/// </summary>
internal static class FunctionSchemas
{
    private const string Function = "Function";
    private const string Type = "type";
    private const string Provider = "provider";

    /// <summary>Replaces the schema of functions, and adds those of their bodies.</summary>
    /// <param name="schemas">The schemas.</param>
    /// <param name="body">The schema of the fields that are read.</param>
    /// <param name="providers">The types.</param>
    public static void Add(SchemaSet schemas, JsonObject body, FunctionProviders providers)
    {
        var any = schemas.Get(Function);
        body = body.DeepClone().AsObject();
        body["required"]!.AsArray().Add(Provider);
        var (answers, inputs, settings) = (new Dictionary<string, string>(), new Dictionary<string, string>(), new List<string>());
        foreach (var type in providers.Types)
        {
            providers.TryGet(type, out var provider);
            var schema = provider!.DescribeSettings() ?? new JsonObject { ["type"] = "object" };
            var title = (string?)schema["title"] ?? char.ToUpperInvariant(type[0]) + type[1..];
            schemas.Add(title + "Provider", schema);
            settings.Add(title + "Provider");
            // Azure and Google call theirs functions, too.
            answers[type] = title.EndsWith(Function, StringComparison.Ordinal) ? title : title + Function;
            inputs[type] = SchemaSet.InputOf(answers[type]);
            var answer = OfType(any, type, settings[^1]);
            schemas.Set(answers[type], answer);
            schemas.Set(inputs[type], SchemaSet.Input(answer, body));
        }

        var patch = new Patches(schemas).PatchOf(OfAnyType(any, providers.Types, settings), Patches.NamesIn(body["required"]));
        schemas.Set(SchemaSet.PatchOf(Function), patch);
        schemas.Set(Function, OneOf(answers));
        schemas.Set(SchemaSet.InputOf(Function), OneOf(inputs));
    }

    private static JsonObject OfType(JsonObject any, string type, string settings)
    {
        var schema = any.DeepClone().AsObject();
        schema["description"] = $"A function of the type {type}.";
        var fields = schema["properties"]!.AsObject();
        fields[Type] = new JsonObject { ["type"] = "string", ["enum"] = new JsonArray(type), ["description"] = "The type, which decides on the settings." };
        fields[Provider] = SchemaSet.Reference(settings);
        return schema;
    }

    private static JsonObject OfAnyType(JsonObject any, IReadOnlyList<string> types, List<string> settings)
    {
        var schema = any.DeepClone().AsObject();
        var fields = schema["properties"]!.AsObject();
        fields[Type]!["enum"] = new JsonArray([.. types.Select(static type => (JsonNode)type)]);
        fields[Provider] = new JsonObject
        {
            ["description"] = "The settings of the type. A patch of the type needs all settings of the new one, and null for those of the old one.",
            ["oneOf"] = new JsonArray([.. settings.Select(SchemaSet.Reference)]),
        };
        return schema;
    }

    private static JsonObject OneOf(Dictionary<string, string> schemas) => new()
    {
        ["oneOf"] = new JsonArray([.. schemas.Values.Select(SchemaSet.Reference)]),
        ["discriminator"] = new JsonObject
        {
            ["propertyName"] = Type,
            ["mapping"] = new JsonObject(schemas.Select(static schema =>
                KeyValuePair.Create(schema.Key, (JsonNode?)(string)SchemaSet.Reference(schema.Value)["$ref"]!))),
        },
    };
}
