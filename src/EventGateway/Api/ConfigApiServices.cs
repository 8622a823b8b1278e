using System.Text.Json.Serialization;
using EventGateway.Api.Requests;
using Microsoft.AspNetCore.OpenApi;

namespace EventGateway.Api;

/// <summary>Adds what the Configuration API needs.</summary>
public static class ConfigApiServices
{
    /// <summary>Adds the OpenAPI document of the API.</summary>
    public static IServiceCollection AddConfigApi(this IServiceCollection services)
    {
        // The API takes no number in quotes, so its description must not say so.
        services.ConfigureHttpJsonOptions(options => options.SerializerOptions.NumberHandling = JsonNumberHandling.Strict);
        services.AddOpenApi("v1", options =>
        {
            // Other APIs of the program may stand in the same services.
            options.ShouldInclude = description =>
                description.ActionDescriptor.EndpointMetadata.OfType<OperationTraits>().Any();
            // The names of an enum's values stand where it is used.
            options.CreateSchemaReferenceId = static type =>
                (Nullable.GetUnderlyingType(type.Type) ?? type.Type).IsEnum ? null : OpenApiOptions.CreateDefaultSchemaReferenceId(type);
            options.AddDocumentTransformer(ConfigApiDescription.DescribeDocument);
            options.AddOperationTransformer(ConfigApiDescription.DescribeOperation);
            options.AddSchemaTransformer(ConfigApiDescription.DescribeSchema);
        });
        return services;
    }
}
