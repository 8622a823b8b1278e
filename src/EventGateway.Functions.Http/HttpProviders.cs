using EventGateway.Abstractions.Functions;
using EventGateway.Functions.Http.Connections;
using EventGateway.Functions.Http.Signing;
using Microsoft.Extensions.DependencyInjection;

namespace EventGateway.Functions.Http;

/// <summary>Adds the providers of functions that are called over HTTP.</summary>
public static class HttpProviders
{
    /// <summary>Adds the types <c>http</c>, <c>azurefunction</c>, <c>googlecloudfunction</c> and <c>openwhisk</c>.</summary>
    /// <param name="services">Where to; <see cref="HttpFunctionOptions"/> and <see cref="IEd25519"/> in it say how functions are called.</param>
    public static IServiceCollection AddHttpProviders(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddSingleton<HttpFunctionProvider>();
        services.AddSingleton<IFunctionProvider>(static services => services.GetRequiredService<HttpFunctionProvider>());
        for (var i = 0; i < PresetCount; i++)
        {
            var at = i;
            services.AddSingleton(services => services.GetRequiredService<HttpFunctionProvider>().Presets[at]);
        }

        return services;
    }

    private const int PresetCount = 3;
}
