using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EventGateway.AcceptanceTests.Harness;

/// <summary>A function server that only speaks HTTP/2 over TLS. A <see cref="StrictFunctionServer"/> checks and answers its requests.</summary>
internal sealed class Http2FunctionServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly StrictFunctionServer _strict;

    private Http2FunctionServer(X509Certificate2 certificate, StrictFunctionServer strict)
    {
        _strict = strict;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            // The default, UTF-8, ends the connection when a header has other bytes.
            kestrel.RequestHeaderEncodingSelector = static _ => Encoding.Latin1;
            kestrel.Listen(IPAddress.Loopback, 0, listen =>
            {
                listen.Protocols = HttpProtocols.Http2;
                listen.UseHttps(certificate);
            });
        });
        _app = builder.Build();
        _app.Run(ServeAsync);
    }

    /// <summary>Starts the server on a free port of 127.0.0.1.</summary>
    public static async Task<Http2FunctionServer> StartAsync(X509Certificate2 certificate, StrictFunctionServer strict)
    {
        var server = new Http2FunctionServer(certificate, strict);
        await server._app.StartAsync();
        return server;
    }

    /// <summary>Returns the URL of a path.</summary>
    public string Url(string path) => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + path;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }

    private async Task ServeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var request = new StrictRequest(
            context.Request.Method,
            context.Features.Get<IHttpRequestFeature>()!.RawTarget,
            [.. context.Request.Headers.SelectMany(static header => header.Value.Select(value => new HttpField(header.Key, value ?? "")))],
            body.ToArray());
        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(Encoding.Latin1.GetBytes(_strict.Receive(request)), context.RequestAborted);
    }
}
