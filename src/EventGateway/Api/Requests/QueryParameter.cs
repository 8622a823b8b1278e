using Microsoft.OpenApi;

namespace EventGateway.Api.Requests;

/// <summary>A parameter that an operation takes in its query.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it says, for the OpenAPI document.</param>
internal sealed record QueryParameter(string Name, string Description)
{
    /// <summary>The most entries of a page.</summary>
    public static QueryParameter Limit { get; } = new("limit", $"The most entries to answer. Not set: {ListQuery.DefaultLimit}.")
    {
        Type = JsonSchemaType.Integer,
        Minimum = 1,
        Maximum = ListQuery.MaxLimit,
    };

    /// <summary>Where a page begins.</summary>
    public static QueryParameter Cursor { get; } = new("cursor", "The cursor of the page before. Not set: the first page.");

    /// <summary>What its value is. Default: a string.</summary>
    public JsonSchemaType Type { get; init; } = JsonSchemaType.String;

    /// <summary>The form of its text, as JSON Schema names it. Not set: any.</summary>
    public string? Format { get; init; }

    /// <summary>The least value. Not set: no bound.</summary>
    public int? Minimum { get; init; }

    /// <summary>The greatest value. Not set: no bound.</summary>
    public int? Maximum { get; init; }

    /// <summary>The parameter as the OpenAPI document has it.</summary>
    public OpenApiParameter Describe() => new()
    {
        Name = Name,
        In = ParameterLocation.Query,
        Description = Description,
        Schema = new OpenApiSchema { Type = Type, Format = Format, Minimum = Minimum?.ToString(), Maximum = Maximum?.ToString() },
    };
}
