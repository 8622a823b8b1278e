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
public sealed partial class WireGateway : TlsGateway
{
    private Http2FunctionServer? _http2;
    private int _last;

    /// <summary>The functions.</summary>
    internal StrictFunctionServer Functions { get; }

    /// <summary>The requests with the marks of several senders that the functions received.</summary>
    internal ConcurrentQueue<string> Mixed { get; } = new();

    public WireGateway() => Functions = new StrictFunctionServer(Answer);

    /// <inheritdoc/>
    private protected override async Task CreateResourcesAsync()
    {
        _http2 = await Http2FunctionServer.StartAsync(Certificate, Functions);
        await CreateFunctionAsync("strict", new JsonObject { ["url"] = Functions.Url("/base") });
        await CreateFunctionAsync("strict2", new JsonObject
        {
            ["url"] = _http2.Url("/base"),
            ["tls"] = new JsonObject { ["ca"] = Certificate.ExportCertificatePem() },
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
    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await (_http2?.DisposeAsync() ?? default);
        await Functions.DisposeAsync();
    }

    /// <summary>Returns a mark that no other sender uses.</summary>
    internal string NewMark() => MarkOf(Interlocked.Increment(ref _last));

    /// <summary>Sends a request on a new HTTP/2 connection.</summary>
    internal Task<Http2Answer> SendHttp2Async(string method, string path, IEnumerable<HttpField>? headers = null, byte[]? body = null, bool toConfig = false) =>
        Http2Connection.SendAsync(
            toConfig ? Gateway.ConfigPort : Gateway.EventsPort,
            Certificate,
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

    private Task SubscribeAsync(string method, string path, JsonObject more) => SubscribeAsync(
        new JsonObject
        {
            ["type"] = "sync",
            ["eventType"] = "http.request",
            ["functionId"] = "strict",
            ["path"] = path,
            ["method"] = method,
        },
        more);
}
