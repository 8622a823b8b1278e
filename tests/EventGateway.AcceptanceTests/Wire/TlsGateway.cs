using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Wire;

/// <summary>A gateway with TLS on both ports. A fixture derives from it and creates its resources once the gateway runs.</summary>
public abstract class TlsGateway : IAsyncLifetime
{
    private readonly ServerCertificate _files = new();

    /// <summary>The gateway.</summary>
    internal GatewayProcess Gateway { get; private set; } = null!;

    /// <summary>The certificate of the gateway, which the functions of a test can show too.</summary>
    internal X509Certificate2 Certificate => _files.Certificate;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        var (certificate, key) = (_files.CertificateFile, _files.KeyFile);
        Gateway = await GatewayProcess.StartAsync(new GatewayOptions
        {
            Certificate = Certificate,
            Arguments =
            [
                .. Arguments,
                "--events-tls-cert", certificate, "--events-tls-key", key, "--config-tls-cert", certificate, "--config-tls-key", key,
            ],
        });
        await CreateResourcesAsync();
    }

    /// <inheritdoc/>
    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Gateway.DisposeAsync();
        _files.Dispose();
    }

    /// <summary>Opens an HTTP/2 connection.</summary>
    internal Task<Http2Connection> ConnectHttp2Async(CancellationToken cancellationToken, bool toConfig = false) =>
        Http2Connection.ConnectAsync(toConfig ? Gateway.ConfigPort : Gateway.EventsPort, Certificate, cancellationToken);

    /// <summary>More arguments of the gateway. Default: none.</summary>
    private protected virtual IReadOnlyList<string> Arguments => [];

    /// <summary>Starts the functions and creates the resources.</summary>
    private protected abstract Task CreateResourcesAsync();

    /// <summary>Creates a resource of the default space.</summary>
    private protected async Task CreateAsync(string resources, JsonObject resource)
    {
        var response = await Gateway.Config.PostAsync($"/v1/spaces/default/{resources}", resource.ToJsonString());
        response.Status.ShouldBe(201, response.ToString());
    }

    /// <summary>Creates a subscription of the default space.</summary>
    /// <param name="subscription">The members that all have.</param>
    /// <param name="more">Further members, which replace those.</param>
    private protected Task SubscribeAsync(JsonObject subscription, JsonObject more)
    {
        foreach (var (member, value) in more)
        {
            subscription[member] = value?.DeepClone();
        }

        return CreateAsync("subscriptions", subscription);
    }
}
