using System.Text;
using EventGateway.Abstractions.Config;
using EventGateway.Api;
using EventGateway.Engine.Registry;
using EventGateway.Hosting;
using EventGateway.Observability;
using EventGateway.Tests.Engine.Registry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EventGateway.Tests.Api.Config;

/// <summary>The Configuration API on Kestrel, whose treatment of URLs is part of what is tested, with a store in memory.</summary>
public sealed class ConfigApiFixture : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly string _address;

    private ConfigApiFixture(WebApplication app, MemoryConfigStore store)
    {
        _app = app;
        _address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        Store = store;
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
    }

    public MemoryConfigStore Store { get; }

    public HttpClient Client { get; }

    public GatewayRegistry Registry => _app.Services.GetRequiredService<GatewayRegistry>();

    public IServiceProvider Services => _app.Services;

    /// <summary>Starts the server.</summary>
    /// <param name="configure">Adds services of other parts. Null adds none.</param>
    public static async Task<ConfigApiFixture> StartAsync(Action<IServiceCollection>? configure = null)
    {
        var store = new MemoryConfigStore();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<IConfigStore>(store);
        builder.Services.AddSingleton(RegistryFixture.Providers);
        builder.Services.AddGatewayRegistry();
        builder.Services.AddConfigApi();
        builder.Services.AddGatewayMetrics();
        configure?.Invoke(builder.Services);
        var app = builder.Build();
        app.UseRouting();
        app.UseConfigMetrics();
        app.MapPrometheusScrapingEndpoint("/metrics");
        app.MapConfigApi();
        await app.StartAsync();
        return new ConfigApiFixture(app, store);
    }

    /// <summary>Sends a request, its path as it is, and reads the answer.</summary>
    public async Task<Answer> SendAsync(
        string method, string path, string? body = null, string? ifMatch = null, string contentType = "application/json", string? ifNoneMatch = null)
    {
        // Nothing of the path may be normalized on the way.
        var uri = new Uri(_address + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var request = new HttpRequestMessage(new HttpMethod(method), uri);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, contentType);
        }

        if (ifMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        }

        if (ifNoneMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-None-Match", ifNoneMatch);
        }

        using var response = await Client.SendAsync(request);
        return new Answer(
            (int)response.StatusCode,
            // Without the line end of every answer; an acceptance test looks at that.
            (await response.Content.ReadAsStringAsync()).TrimEnd('\n'),
            response.Content.Headers.ContentType?.MediaType,
            response.Headers.ETag?.Tag,
            string.Join(", ", response.Content.Headers.Allow),
            response.Headers.Location?.OriginalString,
            response.Headers.RetryAfter?.ToString());
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }

    public sealed record Answer(int Code, string Body, string? Type, string? ETag, string Allow, string? Location, string? RetryAfter);
}
