using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Wire;

/// <summary>
/// A gateway with TLS on both ports before a function server that reads strictly. Each sender marks its requests; a request
/// at the function with two marks carries another sender's bytes.
/// </summary>
public sealed partial class WireGateway : IAsyncLifetime
{
    private readonly ServerCertificate _certificate = new();
    private int _last;

    /// <summary>The gateway.</summary>
    internal GatewayProcess Gateway { get; private set; } = null!;

    /// <summary>The functions.</summary>
    internal StrictFunctionServer Functions { get; }

    /// <summary>Requests at the functions with the marks of several senders.</summary>
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
        await CreateAsync("functions", new JsonObject
        {
            ["functionId"] = "strict",
            ["type"] = "http",
            ["provider"] = new JsonObject { ["url"] = Functions.Url("/base") },
        });
        foreach (var method in (string[])["GET", "POST", "PUT"])
        {
            await SubscribeAsync(method, "/r/*a", new JsonObject { ["requestMode"] = "raw" });
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
        await Functions.DisposeAsync();
        _certificate.Dispose();
    }

    /// <summary>A mark that no other sender uses.</summary>
    internal string NewMark() => $"m{Interlocked.Increment(ref _last):D8}m";

    /// <summary>Sends a request over HTTP/2 on a connection of its own.</summary>
    internal Task<Http2Answer> SendHttp2Async(string method, string path, IEnumerable<HttpField>? headers = null, byte[]? body = null, bool toConfig = false) =>
        Http2Connection.SendAsync(
            toConfig ? Gateway.ConfigPort : Gateway.EventsPort,
            _certificate.Certificate,
            Http2Connection.Request(method, path, headers ?? []),
            body,
            TestContext.Current.CancellationToken);

    /// <summary>Fails when the functions read anything that was malformed or mixed.</summary>
    internal void ShouldBeClean()
    {
        Functions.Faults.ShouldBeEmpty();
        Mixed.ShouldBeEmpty();
    }

    [GeneratedRegex("m[0-9]{8}m", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Mark();

    private string Answer(StrictRequest request)
    {
        var text = new StringBuilder(request.Target).AppendJoin('\n', request.Headers.Select(static h => h.ToString())).Append(Encoding.Latin1.GetString(request.Body)).ToString();
        var marks = Mark().Matches(text).Select(static m => m.Value).Distinct().ToArray();
        if (marks.Length > 1)
        {
            Mixed.Enqueue(text);
        }

        return new JsonObject { ["statusCode"] = 200, ["body"] = string.Join(' ', marks) }.ToJsonString();
    }

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
