using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Wire;

/// <summary>A gateway with TLS on both ports and the function <see cref="HeaderEcho"/>. It logs at debug level.</summary>
public sealed class HeaderGateway : IAsyncLifetime
{
    private readonly ServerCertificate _certificate = new();

    /// <summary>The gateway.</summary>
    internal GatewayProcess Gateway { get; private set; } = null!;

    /// <summary>The function: raw at <c>/raw</c> and <c>/slow</c>, with events at <c>/event</c>.</summary>
    internal HeaderEcho Function { get; } = new();

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        var (certificate, key) = (_certificate.CertificateFile, _certificate.KeyFile);
        Gateway = await GatewayProcess.StartAsync(new GatewayOptions
        {
            Certificate = _certificate.Certificate,
            Arguments =
            [
                "--log-level", "debug",
                "--events-tls-cert", certificate, "--events-tls-key", key, "--config-tls-cert", certificate, "--config-tls-key", key,
            ],
        });
        await CreateAsync("functions", new JsonObject { ["functionId"] = "echo", ["type"] = "http", ["provider"] = new JsonObject { ["url"] = Function.Url } });
        foreach (var (path, mode) in ((string, string)[])[("/raw", "raw"), ("/slow", "raw"), ("/event", "event")])
        {
            await CreateAsync("subscriptions", new JsonObject
            {
                ["type"] = "sync",
                ["eventType"] = "http.request",
                ["functionId"] = "echo",
                ["path"] = path,
                ["method"] = "GET",
                ["requestMode"] = mode,
            });
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await Function.DisposeAsync();
        _certificate.Dispose();
    }

    /// <summary>Opens an HTTP/2 connection.</summary>
    internal Task<Http2Connection> ConnectHttp2Async(CancellationToken cancellationToken, bool toConfig = false) =>
        Http2Connection.ConnectAsync(toConfig ? Gateway.ConfigPort : Gateway.EventsPort, _certificate.Certificate, cancellationToken);

    private async Task CreateAsync(string resources, JsonObject resource)
    {
        var response = await Gateway.Config.PostAsync($"/v1/spaces/default/{resources}", resource.ToJsonString());
        response.Status.ShouldBe(201, response.ToString());
    }
}
