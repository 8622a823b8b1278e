using EventGateway.Abstractions.Config;
using EventGateway.Engine.Functions;
using EventGateway.Engine.Registry;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EventGateway.Hosting;

/// <summary>Adds the registry, and what needs it alone.</summary>
internal static class RegistryServices
{
    /// <summary>
    /// Adds a <see cref="GatewayRegistry"/> that loads before the listeners open. Needs an <see cref="IConfigStore"/> and
    /// <see cref="FunctionProviders"/> in the services.
    /// </summary>
    public static IServiceCollection AddGatewayRegistry(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<GatewayRegistry>();
        services.AddSingleton<SigningKeys>();
        services.AddHostedService<RegistryStarter>();
        return services;
    }
}
