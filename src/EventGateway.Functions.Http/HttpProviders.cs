using EventGateway.Abstractions.Functions;
using EventGateway.Functions.Http.Calls;
using EventGateway.Functions.Http.Connections;
using EventGateway.Functions.Http.Presets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EventGateway.Functions.Http;

/// <summary>Adds the providers of functions that are called over HTTP.</summary>
public static class HttpProviders
{
    /// <summary>Adds the types <c>http</c>, <c>azurefunction</c>, <c>googlecloudfunction</c> and <c>openwhisk</c>, over the same connections.</summary>
    /// <param name="services">The services. <see cref="HttpFunctionOptions"/> among them configure the calls.</param>
    public static IServiceCollection AddHttpProviders(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<HttpFunctionOptions>();
        return services
            .AddSingleton<HttpConnections>()
            .AddSingleton<HttpCaller>()
            .AddSingleton<HttpTargets>()
            .AddSingleton<IFunctionProvider, HttpFunctionProvider<PlainHttp>>()
            .AddSingleton<IFunctionProvider, HttpFunctionProvider<AzureFunction>>()
            .AddSingleton<IFunctionProvider, HttpFunctionProvider<GoogleFunction>>()
            .AddSingleton<IFunctionProvider, HttpFunctionProvider<OpenWhisk>>();
    }
}
