using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Wire;

/// <summary>
/// A gateway with TLS on both ports, and strict function servers for HTTP/1.1 and HTTP/2. Each request of a test contains a unique
/// mark. When a function receives a request with two marks, the gateway has mixed the bytes of two senders.
/// </summary>
public sealed partial class WireGateway : IAsyncLifetime
{
    private readonly ServerCertificate _certificate = new();
    private Http2FunctionServer? _http2;
    private int _last;

    /// <summary>The gateway.</summary>
    internal GatewayProcess Gateway { get; private set; } = null!;

    /// <summary>The functions.</summary>
    internal StrictFunctionServer Functions { get; }

    /// <summary>The requests with the marks of several senders that the functions received.</summary>
    internal ConcurrentQueue<string> Mixed { get; } = new();

    public WireGateway() => Functions = new StrictFunctionServer(Answer);

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        var files = (string[])[_certificate.CertificateFile, _certificate.KeyFile];
        Gateway = await GatewayProcess.StartAsync(new GatewayOptions
        {
            Certificate = _certificate.Certificate,
            Arguments =
            [
                "--events-tls-cert", files[0], "--events-tls-key", files[1], "--config-tls-cert", files[0], "--config-tls-key", files[1],
            ],
        });
        _http2 = await Http2FunctionServer.StartAsync(_certificate.Certificate, Functions);
        await CreateFunctionAsync("strict", new JsonObject { ["url"] = Functions.Url("/base") });
        await CreateFunctionAsync("strict2", new JsonObject
        {
            ["url"] = _http2.Url("/base"),
            ["tls"] = new JsonObject { ["ca"] = _certificate.Certificate.ExportCertificatePem() },
        });
        foreach (var method in (string[])["GET", "POST", "PUT"])
        {
            await SubscribeAsync(method, "/r/*a", new JsonObject { ["requestMode"] = "raw" });
            await SubscribeAsync(method, "/h2/*a", new JsonObject { ["requestMode"] = "raw", ["functionId"] = "strict2" });
        }

        await SubscribeAsync("POST", "/e/*a", []);
        await SubscribeAsync("GET", "/e/*a", []);
        await SubscribeAsync("POST", "/stream", new JsonObject { ["responseMode"] = "raw" });
        await CreateAsync("eventtypes", new JsonObject { ["name"] = "made" });
        await SubscribeAsync("POST", "/e/*a", new JsonObject { ["eventType"] = "made" });
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await (_http2?.DisposeAsync() ?? default);
        await Functions.DisposeAsync();
        _certificate.Dispose();
    }

    /// <summary>Returns a mark that no other sender uses.</summary>
    internal string NewMark() => MarkOf(Interlocked.Increment(ref _last));

    /// <summary>Opens an HTTP/2 connection.</summary>
    internal Task<Http2Connection> ConnectHttp2Async(bool toConfig, CancellationToken cancellationToken) =>
        Http2Connection.ConnectAsync(toConfig ? Gateway.ConfigPort : Gateway.EventsPort, _certificate.Certificate, cancellationToken);

    /// <summary>Sends a request on a new HTTP/2 connection.</summary>
    internal Task<Http2Answer> SendHttp2Async(string method, string path, IEnumerable<HttpField>? headers = null, byte[]? body = null, bool toConfig = false) =>
        Http2Connection.SendAsync(
            toConfig ? Gateway.ConfigPort : Gateway.EventsPort,
            _certificate.Certificate,
            Http2Connection.Request(method, path, headers ?? []),
            body,
            TestContext.Current.CancellationToken);

    /// <summary>Fails when the functions received a malformed or mixed request.</summary>
    internal void ShouldBeClean()
    {
        Functions.Faults.ShouldBeEmpty();
        Mixed.ShouldBeEmpty();
    }

    [GeneratedRegex("m(?<number>[0-9]{8})[0-9a-f]{4}m", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Mark();

    // The checksum makes a mark invalid that was changed on its way.
    private static string MarkOf(int number) => $"m{number:D8}{(ushort)(((uint)number * 2654435761) >> 16):x4}m";

    private string Answer(StrictRequest request)
    {
        var text = new StringBuilder(request.Target).AppendJoin('\n', request.Headers.Select(static h => h.ToString())).Append(Encoding.Latin1.GetString(request.Body)).ToString();
        var marks = Mark().Matches(text).Where(static m => m.Value == MarkOf(int.Parse(m.Groups["number"].Value))).Select(static m => m.Value).Distinct().ToArray();
        if (marks.Length > 1)
        {
            Mixed.Enqueue(text);
        }

        return new JsonObject { ["statusCode"] = 200, ["body"] = string.Join(' ', marks) }.ToJsonString();
    }

    private Task CreateFunctionAsync(string id, JsonObject provider) =>
        CreateAsync("functions", new JsonObject { ["functionId"] = id, ["type"] = "http", ["provider"] = provider });

    private Task SubscribeAsync(string method, string path, JsonObject more)
    {
        var subscription = new JsonObject
        {
            ["type"] = "sync",
            ["eventType"] = "http.request",
            ["functionId"] = "strict",
            ["path"] = path,
            ["method"] = method,
        };
        foreach (var (member, value) in more)
        {
            subscription[member] = value?.DeepClone();
        }

        return CreateAsync("subscriptions", subscription);
    }

    private async Task CreateAsync(string resources, JsonObject resource)
    {
        var response = await Gateway.Config.PostAsync($"/v1/spaces/default/{resources}", resource.ToJsonString());
        response.Status.ShouldBe(201, response.ToString());
    }
}
