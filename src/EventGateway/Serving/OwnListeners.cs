using System.Net;
using EventGateway.Abstractions.Connections;
using EventGateway.Options;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace EventGateway.Serving;

/// <summary>Forbids functions to call the gateway's own Configuration API, which has no authentication.</summary>
internal static class OwnListeners
{
    /// <summary>Forbids the addresses that are known before the listeners open. Deliveries start before that.</summary>
    public static ForbiddenAddresses Forbid(ListenerOptions config)
    {
        var forbidden = new ForbiddenAddresses();
        if (config.Port != 0)
        {
            Add(forbidden, config, config.Port);
        }

        return forbidden;
    }

    /// <summary>Forbids the port that the system has chosen, when the configured port is 0.</summary>
    public static void ForbidPort(WebApplication app, ListenerOptions config)
    {
        if (config.Port == 0)
        {
            // Kestrel lists its listeners in the order in which they were configured.
            var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.ElementAt(1);
            Add(app.Services.GetRequiredService<ForbiddenAddresses>(), config, new Uri(address).Port);
        }
    }

    private static void Add(ForbiddenAddresses forbidden, ListenerOptions config, int port)
    {
        IPAddress[] addresses = config.Host switch
        {
            "*" => [IPAddress.IPv6Any],
            "localhost" => [IPAddress.Loopback, IPAddress.IPv6Loopback],
            { } host => [IPAddress.Parse(host)],
        };
        foreach (var address in addresses)
        {
            forbidden.AddOwn(new IPEndPoint(address, port));
        }
    }
}
