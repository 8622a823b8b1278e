using System.Text.Json;
using System.Text.Json.Nodes;
using EventGateway.Abstractions.Delivery;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Resources;
using EventGateway.Api.Delivery;
using EventGateway.Api.Requests;
using EventGateway.Engine.Delivery;
using EventGateway.Engine.Delivery.Waiting;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace EventGateway.Api;

/// <summary>Adds to the OpenAPI document what types alone do not say.</summary>
internal static class ConfigApiDescription
{
    private static readonly string[] Methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

    public static Task DescribeDocument(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Event Gateway Configuration API",
            Version = "v1",
            Description = "Event types, functions, subscriptions and CORS configurations of all spaces. A write takes effect before it is answered. The server reads every body as JSON, except that a patch needs its content type or none. Unknown fields and query parameters are refused. Fields that would be null are left out of answers.",
            License = new OpenApiLicense { Name = "MIT", Identifier = "MIT" },
        };
        return Task.CompletedTask;
    }

    public static Task DescribeOperation(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var traits = context.Description.ActionDescriptor.EndpointMetadata.OfType<OperationTraits>().FirstOrDefault();
        var parameters = new List<IOpenApiParameter>();
        AddIf(traits, OperationTraits.Space, parameters, Path("space", "The space: at least 3 letters, digits, '.', '-' or '_'."));
        AddIf(traits, OperationTraits.Id, parameters, Path("id", "The resource's id. Use a corsId in the URL without encoding it again."));
        AddIf(traits, OperationTraits.List, parameters, Query(
            "limit", $"The maximum number of resources. Default: all, or {ListQuery.DefaultLimit} with a cursor.",
            new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "1", Maximum = $"{ListQuery.MaxLimit}" }));
        AddIf(traits, OperationTraits.List, parameters, Query(
            "cursor", "The cursor of the page before. Default: the first page.", new OpenApiSchema { Type = JsonSchemaType.String }));
        AddIf(traits, OperationTraits.Filters, parameters, Filter());
        AddIf(traits, OperationTraits.Preconditions, parameters, Header(
            "If-Match", "ETags of which the resource must have one, or * for any. Default: no condition."));
        AddIf(traits, OperationTraits.Preconditions, parameters, Header(
            "If-None-Match", "ETags that the resource must not have, or *: the resource must not exist. If it has one, a read answers 304 and a write 412. PUT with * creates the resource. Default: no condition."));
        parameters.AddRange(context.Description.ActionDescriptor.EndpointMetadata.OfType<QueryParameter>().Select(parameter => parameter.Describe()));
        operation.Parameters = parameters;
        DescribeHeaders(operation, traits);
        return Task.CompletedTask;
    }

    public static Task DescribeSchema(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        var type = context.JsonTypeInfo.Type;
        DescribeConverted(schema, type);
        ReadOnly(schema, "space");
        if (type == typeof(Subscription))
        {
            ReadOnly(schema, "subscriptionId");
            ReadOnly(schema, "disabledReason");
            ReadOnly(schema, "disabledAt");
            Values(schema, "method", Methods);
        }
        else if (type == typeof(CorsConfiguration))
        {
            ReadOnly(schema, "corsId");
            Values(schema, "method", [.. Methods, CorsConfiguration.Any]);
            // Null stands for the default when they are set, and is never read.
            NeverNull(schema, "allowedOrigins");
            NeverNull(schema, "allowedMethods");
            NeverNull(schema, "allowedHeaders");
        }
        else if (type == typeof(DeliveryRecordDocument))
        {
            Values(schema, "state", OutcomeNames.All<DeliveryState>());
            Values(schema, "cause", OutcomeNames.All<DeliveryCause>());
        }
        else if (type == typeof(DeliveryDocument))
        {
            Values(schema, "state", OutcomeNames.All<WaitingState>());
            Values(schema, "heldBy", OutcomeNames.All<DeliveryHold>());
        }
        else if (type == typeof(ReplayDocument))
        {
            Values(schema, "state", OutcomeNames.All<ReplayState>());
        }
        else if (type == typeof(AttemptDocument))
        {
            Values(schema, "outcome", OutcomeNames.All<FunctionOutcome>());
        }
        else if (type == typeof(Function) && Property(schema, "provider") is { } provider)
        {
            provider.Type = JsonSchemaType.Object;
        }

        return Task.CompletedTask;
    }

    // The type of values that a converter writes.
    private static void DescribeConverted(OpenApiSchema schema, Type type)
    {
        var valueType = Nullable.GetUnderlyingType(type) ?? type;
        if (!valueType.IsEnum && valueType != typeof(TimeSpan))
        {
            return;
        }

        schema.Type = valueType == type ? JsonSchemaType.String : JsonSchemaType.String | JsonSchemaType.Null;
        if (valueType.IsEnum)
        {
            schema.Enum = [.. Enum.GetValues(valueType).Cast<object>().Select(value => JsonSerializer.SerializeToNode(value, valueType)!)];
        }
        else
        {
            schema.Format = "duration";
            // The pattern of .NET's own form, which the API does not use.
            schema.Pattern = null;
        }
    }

    private static void DescribeHeaders(OpenApiOperation operation, OperationTraits traits)
    {
        foreach (var (status, response) in operation.Responses ?? [])
        {
            if (response is not OpenApiResponse answer)
            {
                continue;
            }

            if (status is ['2' or '3', ..] && traits.HasFlag(OperationTraits.ETag))
            {
                AddHeader(answer, "ETag", "The revision, for If-Match and If-None-Match.");
            }
            else if (status is "503")
            {
                AddHeader(answer, "Retry-After", "Seconds to wait before the next attempt.");
            }
        }
    }

    private static void AddHeader(OpenApiResponse response, string name, string description)
    {
        response.Headers ??= new Dictionary<string, IOpenApiHeader>();
        response.Headers[name] = new OpenApiHeader
        {
            Description = description,
            Schema = new OpenApiSchema { Type = JsonSchemaType.String },
        };
    }

    private static void AddIf(OperationTraits traits, OperationTraits trait, List<IOpenApiParameter> parameters, OpenApiParameter parameter)
    {
        if (traits.HasFlag(trait))
        {
            parameters.Add(parameter);
        }
    }

    private static OpenApiParameter Path(string name, string description) => new()
    {
        Name = name,
        In = ParameterLocation.Path,
        Required = true,
        Description = description,
        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
    };

    private static OpenApiParameter Header(string name, string description) => new()
    {
        Name = name,
        In = ParameterLocation.Header,
        Description = description,
        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
    };

    private static OpenApiParameter Query(string name, string description, OpenApiSchema schema) => new()
    {
        Name = name,
        In = ParameterLocation.Query,
        Description = description,
        Schema = schema,
    };

    private static OpenApiParameter Filter() => new()
    {
        Name = "metadata",
        In = ParameterLocation.Query,
        Description = "Filters, each a parameter metadata.<name>=<value>. A resource is listed when its metadata matches all of them. The names of the object begin with metadata.",
        Style = ParameterStyle.Form,
        Explode = true,
        Schema = new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            AdditionalProperties = new OpenApiSchema { Type = JsonSchemaType.String },
        },
        Example = new JsonObject { ["metadata.team"] = "red" },
    };

    private static void ReadOnly(OpenApiSchema schema, string name)
    {
        if (Property(schema, name) is { } property)
        {
            property.ReadOnly = true;
        }
    }

    private static void NeverNull(OpenApiSchema schema, string name)
    {
        if (Property(schema, name) is { } property)
        {
            property.Type &= ~JsonSchemaType.Null;
        }
    }

    private static void Values(OpenApiSchema schema, string name, params IEnumerable<string> values)
    {
        if (Property(schema, name) is { } property)
        {
            property.Enum = [.. values.Select(value => (JsonNode)JsonValue.Create(value)!)];
        }
    }

    private static OpenApiSchema? Property(OpenApiSchema schema, string name) =>
        schema.Properties is { } properties && properties.TryGetValue(name, out var property) ? property as OpenApiSchema : null;
}
