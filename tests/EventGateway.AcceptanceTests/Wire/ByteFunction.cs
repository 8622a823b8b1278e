using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using EventGateway.AcceptanceTests.Harness;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace EventGateway.AcceptanceTests.Wire;

/// <summary>
/// A function over HTTP/1.1 and over HTTP/2 with TLS. It records the bytes of each call. In targets and headers, each character is one byte.
/// </summary>
internal sealed class ByteFunction : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly int _http1Port = FreePort.Next();
    private readonly int _http2Port = FreePort.Next();

    private ByteFunction(X509Certificate2 certificate)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.RequestHeaderEncodingSelector = static _ => Encoding.Latin1;
            kestrel.ResponseHeaderEncodingSelector = static _ => Encoding.Latin1;
            kestrel.Listen(IPAddress.Loopback, _http1Port);
            kestrel.Listen(IPAddress.Loopback, _http2Port, listen =>
            {
                listen.Protocols = HttpProtocols.Http2;
                listen.UseHttps(certificate);
            });
        });
        _app = builder.Build();
        _app.Run(ServeAsync);
    }

    /// <summary>The calls that were received.</summary>
    public ConcurrentQueue<StrictRequest> Calls { get; } = new();

    /// <summary>The answer to the next calls. Default: an empty response object.</summary>
    public FunctionAnswer Answer { get; set; } = FunctionAnswer.Of("{}");

    /// <summary>Starts the function on free ports of 127.0.0.1.</summary>
    public static async Task<ByteFunction> StartAsync(X509Certificate2 certificate)
    {
        var function = new ByteFunction(certificate);
        await function._app.StartAsync();
        return function;
    }

    /// <summary>Returns the URL of the function.</summary>
    public string Url(bool http2) => http2 ? $"https://localhost:{_http2Port}/base" : $"http://127.0.0.1:{_http1Port}/base";

    /// <summary>Waits for the only call whose header has this value.</summary>
    public async Task<StrictRequest> CallAsync(string header, string value)
    {
        StrictRequest[] calls = [];
        await Eventually.TrueAsync(() => (calls = [.. Calls.Where(call => call.Headers.Find(header) == value)]).Length > 0, $"the function has received the call with {header}: {value}");
        return calls[0];
    }

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
        Calls.Enqueue(new StrictRequest(
            context.Request.Method,
            context.Features.Get<IHttpRequestFeature>()!.RawTarget,
            [.. context.Request.Headers.SelectMany(static header => header.Value.Select(value => new HttpField(header.Key, value ?? "")))],
            body.ToArray()));
        var answer = Answer;
        context.Response.StatusCode = answer.Status;
        foreach (var (name, value) in answer.Headers)
        {
            context.Response.Headers[name] = StringValues.Concat(context.Response.Headers[name], value);
        }

        await context.Response.Body.WriteAsync(answer.Bytes ?? Encoding.UTF8.GetBytes(answer.Body), context.RequestAborted);
    }
}
