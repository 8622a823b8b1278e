using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Wire;

/// <summary>A gateway with a subscription for each way in which it carries bytes from a sender to a function or back.</summary>
public sealed class CarryingGateway : TlsGateway
{
    private HttpClient _client = null!;

    /// <summary>The function.</summary>
    internal ByteFunction Function { get; private set; } = null!;

    /// <inheritdoc/>
    private protected override async Task CreateResourcesAsync()
    {
        Function = await ByteFunction.StartAsync(Certificate);
        _client = new HttpClient(new SocketsHttpHandler
        {
            SslOptions = { RemoteCertificateValidationCallback = (_, shown, _, _) => Certificate.Equals(shown) },
            RequestHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
            ResponseHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
            UseCookies = false,
            AllowAutoRedirect = false,
        });
        foreach (var http2 in (bool[])[false, true])
        {
            var name = http2 ? "h2" : "h1";
            var provider = new JsonObject { ["url"] = Function.Url(http2) };
            if (http2)
            {
                provider["tls"] = new JsonObject { ["ca"] = Certificate.ExportCertificatePem() };
            }

            await CreateAsync("functions", new JsonObject { ["functionId"] = name, ["type"] = "http", ["provider"] = provider });
            foreach (var method in (string[])["GET", "POST", "PUT", "DELETE"])
            {
                await SubscribeAsync(name, "sync", "http.request", $"/{name}/raw/*rest", new JsonObject { ["method"] = method, ["requestMode"] = "raw", ["responseMode"] = "raw" });
            }

            await SubscribeAsync(name, "sync", "http.request", $"/{name}/http/*rest", []);
            await CreateAsync("eventtypes", new JsonObject { ["name"] = name + ".replied" });
            await SubscribeAsync(name, "async", name + ".replied", "/", Binary([]));
            foreach (var (kind, more) in ((string, JsonObject)[])
            [
                ("sync", Binary([])),
                ("async", Binary(new JsonObject { ["guarantee"] = "atLeastOnce" })),
                ("memory", Binary(new JsonObject { ["guarantee"] = "atMostOnce" })),
                ("reply", new JsonObject { ["reply"] = true }),
            ])
            {
                await CreateAsync("eventtypes", new JsonObject { ["name"] = $"{name}.{kind}" });
                await SubscribeAsync(name, kind == "sync" ? "sync" : "async", $"{name}.{kind}", "/", more);
            }
        }
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await base.DisposeAsync();
        await Function.DisposeAsync();
    }

    /// <summary>Sends a request. In the target and headers, each character is one byte.</summary>
    internal async Task<RawResponse> SendAsync(bool http2, string method, string target, IEnumerable<HttpField> headers, byte[] body)
    {
        var uri = new Uri($"https://localhost:{Gateway.EventsPort}{target}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var request = new HttpRequestMessage(new HttpMethod(method), uri)
        {
            Version = http2 ? HttpVersion.Version20 : HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body),
        };
        foreach (var (name, value) in headers)
        {
            HttpHeaders fields = name == "Content-Type" ? request.Content.Headers : request.Headers;
            fields.TryAddWithoutValidation(name, value).ShouldBeTrue(name);
        }

        using var response = await _client.SendAsync(request, TestContext.Current.CancellationToken);
        return new RawResponse(
            (int)response.StatusCode,
            [.. response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated).SelectMany(static header => header.Value.Select(value => new HttpField(header.Key, value)))],
            await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    private static JsonObject Binary(JsonObject delivery)
    {
        delivery["cloudEvents"] = "1.0-binary";
        return new JsonObject { ["delivery"] = delivery };
    }

    private Task SubscribeAsync(string function, string type, string eventType, string path, JsonObject more) =>
        SubscribeAsync(new JsonObject { ["type"] = type, ["eventType"] = eventType, ["functionId"] = function, ["path"] = path, ["method"] = "POST" }, more);
}
