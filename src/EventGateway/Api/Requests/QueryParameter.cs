using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace EventGateway.Api.Requests;

/// <summary>A query parameter of an operation.</summary>
/// <param name="Name">The name.</param>
/// <param name="Description">The description in the OpenAPI document.</param>
internal sealed record QueryParameter(string Name, string Description)
{
    /// <summary>The maximum number of entries on a page.</summary>
    public static QueryParameter Limit { get; } = new("limit", $"The maximum number of entries. Default: {ListQuery.DefaultLimit}.")
    {
        Type = JsonSchemaType.Integer,
        Minimum = 1,
        Maximum = ListQuery.MaxLimit,
    };

    /// <summary>The start of a page.</summary>
    public static QueryParameter Cursor { get; } = new("cursor", "The cursor from the previous page. Without it: the first page.");

    /// <summary>The type of the value. Default: a string.</summary>
    public JsonSchemaType Type { get; init; } = JsonSchemaType.String;

    /// <summary>The format of the value, in the terms of JSON Schema. Null means any.</summary>
    public string? Format { get; init; }

    /// <summary>The smallest value. Null means no limit.</summary>
    public int? Minimum { get; init; }

    /// <summary>The largest value. Null means no limit.</summary>
    public int? Maximum { get; init; }

    /// <summary>The values that are accepted. Default: null, any.</summary>
    public IEnumerable<string>? Values { get; init; }

    /// <summary>Whether a request must have the parameter. Default: false.</summary>
    public bool IsRequired { get; init; }

    /// <summary>Describes the parameter for the OpenAPI document.</summary>
    public OpenApiParameter Describe() => new()
    {
        Name = Name,
        In = ParameterLocation.Query,
        Description = Description,
        Required = IsRequired,
        Schema = new OpenApiSchema
        {
            Type = Type,
            Format = Format,
            Minimum = Minimum?.ToString(),
            Maximum = Maximum?.ToString(),
            Enum = Values is null ? null : [.. Values.Select(static value => (JsonNode)value)],
        },
    };
}
