using System.Text.Json.Nodes;

namespace EventGateway.Api.Description;

/// <summary>Examples of requests and answers, by the schema that they have: <c>examples.json</c>.</summary>
internal static class Examples
{
    private const string FileName = "examples.json";

    /// <summary>Adds the examples to the bodies and answers of a document.</summary>
    public static void AddTo(JsonObject document)
    {
        var bySchema = JsonText.ReadFile(FileName);
        foreach (var media in MediaIn(document["paths"]))
        {
            if (SchemaSet.NameOf(media["schema"]) is { } name && bySchema[name] is JsonObject examples)
            {
                media["examples"] = new JsonObject(examples.Select(
                    static example => KeyValuePair.Create(example.Key, (JsonNode?)new JsonObject { ["value"] = example.Value!.DeepClone() })));
            }
        }
    }

    private static IEnumerable<JsonObject> MediaIn(JsonNode? node) => node switch
    {
        JsonObject { } fields when fields["content"] is JsonObject content => content.Select(static media => media.Value!.AsObject()),
        JsonObject fields => fields.SelectMany(static field => MediaIn(field.Value)),
        _ => [],
    };
}
