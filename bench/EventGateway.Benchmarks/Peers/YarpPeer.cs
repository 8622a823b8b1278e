using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Configuration;

namespace EventGateway.Benchmarks.Peers;

/// <summary>A reverse proxy in front of the same function: the cost of forwarding a request that nothing inspects.</summary>
internal static class YarpPeer
{
    public static async Task RunAsync(int port, int functionPort)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddReverseProxy().LoadFromMemory(
            [new RouteConfig { RouteId = "all", ClusterId = "function", Match = new RouteMatch { Path = "{**path}" } }],
            [
                new ClusterConfig
                {
                    ClusterId = "function",
                    Destinations = new Dictionary<string, DestinationConfig>(StringComparer.Ordinal)
                    {
                        ["nginx"] = new() { Address = $"http://127.0.0.1:{functionPort}/" },
                    },
                },
            ]);
        await using var app = builder.Build();
        app.Urls.Add($"http://127.0.0.1:{port}");
        app.MapReverseProxy();
        await app.RunAsync();
    }
}
