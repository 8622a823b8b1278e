using System.Text.Json.Nodes;
using EventGateway.Abstractions.Resources;
using EventGateway.Api.Requests;
using EventGateway.Engine.Functions;
using EventGateway.Engine.Registry;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace EventGateway.Api.Description;

/// <summary>
/// The OpenAPI document of the Configuration API. ASP.NET makes it of the endpoints and the types of their answers; this adds the
/// schemas of request bodies and patches, the settings of each function type, and examples.
/// </summary>
/// <param name="source">Makes the document of the endpoints.</param>
/// <param name="registry">Says which fields bodies have.</param>
/// <param name="providers">The types of functions.</param>
internal sealed class ConfigDocument(
    [FromKeyedServices(ConfigDocument.Name)] IOpenApiDocumentProvider source, GatewayRegistry registry, FunctionProviders providers)
{
    /// <summary>The name of the document: <c>/openapi/v1.json</c>.</summary>
    public const string Name = "v1";

    private const string Errors = "ErrorsDocument";

    private static readonly Dictionary<string, string> Tags = new(StringComparer.Ordinal)
    {
        ["Spaces"] = "Spaces hold all other resources. A space exists while it holds one.",
        ["EventType"] = "The types of events that subscriptions may name.",
        ["Function"] = "What the gateway calls with events.",
        ["Subscription"] = "Each binds an event type to a function, for a method and a path.",
        ["Cors"] = "What browsers may do for pages of other origins.",
        ["Delivery"] = "The deliveries that are not delivered yet.",
        ["DeadLetter"] = "The deliveries that failed for good.",
        ["Event"] = "The log of the events that were accepted for delivery.",
        ["Replay"] = "Deliveries of logged events once more.",
        ["Description"] = "Documents that describe how to send events.",
    };

    // The same for all requests, because neither endpoints nor function types change while the program runs.
    private volatile byte[]? _written;

    /// <summary>Returns the document as JSON in UTF-8.</summary>
    public async ValueTask<byte[]> WriteAsync(CancellationToken cancellationToken) => _written ??= JsonText.Write(await MakeAsync(cancellationToken));

    private async Task<JsonObject> MakeAsync(CancellationToken cancellationToken)
    {
        var made = await source.GetOpenApiDocumentAsync(cancellationToken);
        var document = JsonNode.Parse(await made.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1, cancellationToken))!.AsObject();
        var schemas = new SchemaSet(document["components"]!["schemas"]!.AsObject());
        foreach (var resource in (string[])["EventType", "Function", "Subscription", nameof(CorsConfiguration)])
        {
            schemas.RequireNeverNull(resource);
        }

        schemas.RemoveNulls();
        schemas.AddBodies("EventType", registry.EventTypes.DescribeBody(), registry.EventTypes.IdFields);
        schemas.AddBodies("Subscription", registry.Subscriptions.DescribeBody(), registry.Subscriptions.IdFields);
        schemas.AddBodies(nameof(CorsConfiguration), registry.Cors.DescribeBody(), registry.Cors.IdFields);
        FunctionSchemas.Add(schemas, registry.Functions.DescribeBody(), providers);
        AddZero(schemas.Get("KeyRotationRequestDocument"), "overlap");
        foreach (var operation in Operations(document))
        {
            CompleteBody(operation, schemas);
            CompleteAnswers(operation);
        }

        Examples.AddTo(document);
        // Beside the document, wherever a proxy puts both.
        document["servers"] = new JsonArray(new JsonObject { ["url"] = "/", ["description"] = "The Configuration API that answered this document." });
        document["security"] = new JsonArray();
        document["tags"] = ListTags(document);
        return document;
    }

    private static IEnumerable<JsonObject> Operations(JsonObject document) =>
        document["paths"]!.AsObject().SelectMany(static path => path.Value!.AsObject()).Select(static member => member.Value).OfType<JsonObject>();

    // The server reads every body as JSON, whatever its type; a client needs to know one.
    private static void CompleteBody(JsonObject operation, SchemaSet schemas)
    {
        if (operation["requestBody"]?["content"] is not JsonObject content)
        {
            return;
        }

        content.Remove(ApiEndpoint.AnyType);
        var patched = content.ContainsKey(PatchType.MergePatch) ? SchemaSet.NameIn(operation["responses"]?["200"]) : null;
        foreach (var (_, media) in content)
        {
            if (patched is not null)
            {
                media!["schema"] = SchemaSet.Reference(SchemaSet.PatchOf(patched));
            }
            else if (SchemaSet.NameOf(media!["schema"]) is { } name)
            {
                if (schemas.Has(SchemaSet.InputOf(name)))
                {
                    media["schema"] = SchemaSet.Reference(SchemaSet.InputOf(name));
                }
                else
                {
                    schemas.Get(name)["additionalProperties"] = false;
                }
            }
        }
    }

    // A duration that may also be 0, as a number or a text.
    private static void AddZero(JsonObject schema, string field)
    {
        var fields = schema["properties"]!.AsObject();
        var duration = fields[field]!.DeepClone().AsObject();
        duration.Remove("description", out var description);
        fields[field] = new JsonObject
        {
            ["description"] = description,
            ["anyOf"] = new JsonArray(
                duration,
                new JsonObject { ["type"] = "string", ["const"] = "0" },
                new JsonObject { ["type"] = "integer", ["const"] = 0 }),
        };
    }

    private static void CompleteAnswers(JsonObject operation)
    {
        var responses = operation["responses"]!.AsObject();
        responses["default"] = new JsonObject
        {
            ["description"] = "Any other refusal.",
            ["content"] = new JsonObject { [ApiEndpoint.JsonType] = new JsonObject { ["schema"] = SchemaSet.Reference(Errors) } },
        };
    }

    private static JsonArray ListTags(JsonObject document)
    {
        var used = Operations(document).SelectMany(static operation => operation["tags"]?.AsArray() ?? []).Select(static tag => (string)tag!).Distinct(StringComparer.Ordinal);
        return
        [
            .. used.Select(static name => Tags.TryGetValue(name, out var description)
                ? new JsonObject { ["name"] = name, ["description"] = description }
                : new JsonObject { ["name"] = name }),
        ];
    }
}
