using EventGateway.Abstractions.Functions;
using EventGateway.Engine.Functions;
using EventGateway.Functions.Aws;
using EventGateway.Functions.Http;
using Microsoft.Extensions.DependencyInjection;

namespace EventGateway.Tests.Api.Description;

/// <summary>The function types of the program.</summary>
internal static class AllProviders
{
    private static readonly ServiceProvider Services = new ServiceCollection()
        .AddLogging()
        .AddHttpProviders()
        .AddSingleton<IFunctionProvider, BuiltinFunctionProvider>()
        .AddAwsProviders()
        .BuildServiceProvider();

    public static FunctionProviders Table { get; } = new(Services.GetServices<IFunctionProvider>());

    public static IFunctionProvider Find(string type) =>
        Table.TryGet(type, out var provider) ? provider : throw new ArgumentException("No such type.", nameof(type));
}
