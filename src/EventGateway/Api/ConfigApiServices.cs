using System.Text.Json.Serialization;
using EventGateway.Api.Config;
using EventGateway.Api.Description;
using EventGateway.Api.Requests;
using EventGateway.Options;
using Microsoft.AspNetCore.OpenApi;

namespace EventGateway.Api;

/// <summary>Adds the services of the Configuration API.</summary>
internal static class ConfigApiServices
{
    /// <summary>Adds the OpenAPI document of the API.</summary>
    public static IServiceCollection AddConfigApi(this IServiceCollection services)
    {
        // The API does not accept numbers in quotes, so its description must not allow them.
        services.ConfigureHttpJsonOptions(options => options.SerializerOptions.NumberHandling = JsonNumberHandling.Strict);
        services.AddOpenApi(ConfigDocument.Name, options =>
        {
            // Only the endpoints of this API: the program has others.
            // HEAD is GET without the body.
            options.ShouldInclude = description => description.HttpMethod is not "HEAD"
                && description.ActionDescriptor.EndpointMetadata.OfType<OperationTraits>().Any();
            // The names of an enum's values stand where it is used.
            options.CreateSchemaReferenceId = static type =>
                (Nullable.GetUnderlyingType(type.Type) ?? type.Type).IsEnum ? null : OpenApiOptions.CreateDefaultSchemaReferenceId(type);
            options.AddDocumentTransformer(ConfigApiDescription.DescribeDocument);
            options.AddOperationTransformer(ConfigApiDescription.DescribeOperation);
            options.AddSchemaTransformer(ConfigApiDescription.DescribeSchema);
        });
        return services
            .AddSingleton<ConfigDocument>()
            .AddSingleton<EventsDocument>()
            .AddSingleton(static services => new EventsAddress((services.GetService<GatewayOptions>() ?? new GatewayOptions()).Events))
            .AddSingleton<ConfigLog>();
    }
}
