using System.Text.Json.Serialization;
using EventGateway.Core.Functions;
using EventGateway.Core.Registry;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EventGateway.ConfigApi;

/// <summary>Adds what the Configuration API needs.</summary>
public static class ConfigApiServices
{
    /// <summary>
    /// Adds a <see cref="GatewayRegistry"/> that loads before the server listens. Needs an <see cref="IConfigStore"/> and
    /// <see cref="FunctionProviders"/> in the services.
    /// </summary>
    public static IServiceCollection AddGatewayRegistry(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<GatewayRegistry>();
        services.AddHostedService<RegistryStarter>();
        return services;
    }

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
            options.AddDocumentTransformer(ConfigApiDescription.DescribeDocument);
            options.AddOperationTransformer(ConfigApiDescription.DescribeOperation);
            options.AddSchemaTransformer(ConfigApiDescription.DescribeSchema);
        });
        return services;
    }

    private sealed class RegistryStarter(GatewayRegistry registry) : IHostedService
    {
        public async Task StartAsync(CancellationToken cancellationToken)
        {
            await registry.StartAsync(cancellationToken);

            // Reading a large configuration leaves several times its size behind, which a quiet process would keep for good.
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
