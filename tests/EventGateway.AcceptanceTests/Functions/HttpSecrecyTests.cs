using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Delivery;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Functions;

/// <summary>Whatever the program writes, no function's secret is in it.</summary>
public sealed class HttpSecrecyTests : IAsyncLifetime
{
    private static readonly string RsaKey = CreateRsaKey();
    private static readonly TestCertificates Certificates = new();
    private const string HmacBytes = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string Ed25519Bytes = "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=";

    private static readonly (string Type, string Settings)[] Functions =
    [
        ("http", """{"headers":{"X-Key":"hush-header"}}"""),
        ("http", """{"auth":{"type":"basic","username":"me","password":"hush-password"}}"""),
        ("http", """{"auth":{"type":"bearer","token":"hush-bearer"}}"""),
        ("http", """{"auth":{"type":"apiKey","in":"header","name":"X-Key","value":"hush-key"}}"""),
        ("http", """{"auth":{"type":"apiKey","in":"query","name":"k","value":"hush-query"}}"""),
        ("http", """{"auth":{"type":"azureFunctionKey","key":"hush-azure"}}"""),
        ("http", """{"auth":{"type":"oauth2","tokenUrl":"TOKENS/good","clientId":"id","clientSecret":"hush-client"}}"""),
        ("http", """{"auth":{"type":"oauth2","tokenUrl":"TOKENS/bad","clientId":"id","clientSecret":"hush-client"}}"""),
        ("http", $$"""{"signing":{"keys":["whsec_{{HmacBytes}}","whsk_{{Ed25519Bytes}}"]} }"""),
        ("http", $$"""{"auth":{"type":"googleIdToken","serviceAccount":{{Account("good")}} } }"""),
        ("http", $$"""{"auth":{"type":"googleIdToken","serviceAccount":{{Account("bad")}} } }"""),
        ("googlecloudfunction", $$"""{"serviceAccount":{{Account("good")}}}"""),
        ("http", $$"""{"url":"SECURE/f","tls":{{Certificates.Settings().ToJsonString()}} }"""),
        ("http", """{"url":"USER/user"}"""),
        ("http", """{"url":"TOKENS/keyed?code=hush-code&sig=hush%2Dsig"}"""),
        ("azurefunction", """{"key":"hush-azure"}"""),
        ("openwhisk", """{"apiHost":"TOKENS","action":"a","auth":"id:hush-whisk"}"""),
    ];

    private static readonly string[] Secrets =
    [
        "hush-", HmacBytes, Ed25519Bytes, RsaKey.Split('\n')[1], Certificates.ClientKey.Split('\n')[1],
        Base64("me:hush-password"), Base64("id:hush-client"), Base64("id:hush-whisk"), Base64("me:hush-user"),
    ];

    private readonly RunningGateway _running = new(["--log-level", "debug"]);
    private readonly FunctionServer _secure = Certificates.Serve();

    public ValueTask InitializeAsync() => _running.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        await _running.DisposeAsync();
        await _secure.DisposeAsync();
    }

    // Answers that fail tell everything that they were sent, as debuggers and proxies do.
    [Theory]
    [InlineData(200)]
    [InlineData(400)]
    [InlineData(500)]
    [InlineData(null)]
    public async Task No_secret_is_told(int? status)
    {
        _running.Functions["/good"] = FunctionAnswer.Of("""{"access_token":"hush-token","id_token":"hush-token","expires_in":3600}""");
        _running.Functions["/bad"] = new FunctionAnswer { Status = 401, Body = "hush-client" };
        var delivery = new JsonObject { ["delivery"] = new JsonObject { ["retry"] = 0 } };
        var asyncs = new List<string>();
        foreach (var (type, settings) in Functions)
        {
            var url = _running.Functions.Url(string.Empty);
            var provider = settings
                .Replace("TOKENS", url, StringComparison.Ordinal)
                .Replace("USER", url.Replace("//", "//me:hush-user@", StringComparison.Ordinal), StringComparison.Ordinal)
                .Replace("SECURE", _secure.Url(string.Empty), StringComparison.Ordinal);
            var answer = Answer(status, provider);
            var server = settings.Contains("SECURE", StringComparison.Ordinal) ? _secure : _running.Functions;
            server[settings.Contains("USER", StringComparison.Ordinal) ? "/user" : settings.Contains("/keyed", StringComparison.Ordinal) ? "/keyed" : type is "openwhisk" ? "/api/v1/namespaces/_/actions/a" : "/f"] = answer;
            asyncs.Add(await _running.SubscribeWithAsync(JsonNode.Parse(provider)!.AsObject(), answer, "async", type, delivery));
            var sync = await _running.SubscribeWithAsync(JsonNode.Parse(provider)!.AsObject(), answer, "sync", type);
            await _running.SendAsync(sync);
            if (!settings.Contains("signing", StringComparison.Ordinal))
            {
                var raw = await _running.SubscribeWithAsync(
                    JsonNode.Parse(provider)!.AsObject(), answer, "sync", type, new JsonObject { ["requestMode"] = "raw" });
                await _running.SendAsync(raw);
            }
        }

        foreach (var path in asyncs)
        {
            (await _running.SendAsync(path)).Status.ShouldBe(202);
        }

        await _running.ListAsync("deadletters?limit=100", "deadLetters", status == 200 ? 2 : asyncs.Count);
        var written = new StringBuilder(_running.Gateway.Output);
        await ReadAsync(written, "/metrics");
        await ReadAsync(written, "/v1/spaces/default/functions");
        await ReadAsync(written, "/v1/spaces/default/subscriptions");
        foreach (var (list, id) in new[] { ("deadLetters", "deadLetterId"), ("events", "eventId"), ("functions", "functionId") })
        {
            var path = $"/v1/spaces/default/{list.ToLowerInvariant()}";
            var entries = JsonNode.Parse(await ReadAsync(written, path + "?limit=100"))![list]!.AsArray();
            entries.Count.ShouldBeGreaterThan(0);
            foreach (var entry in entries)
            {
                await ReadAsync(written, $"{path}/{entry![id]}");
            }
        }

        var text = written.ToString();
        text.ShouldContain("*****");
        foreach (var secret in Secrets)
        {
            text.ShouldNotContain(secret);
        }
    }

    private static string CreateRsaKey()
    {
        using var key = RSA.Create(2048);
        return key.ExportPkcs8PrivateKeyPem();
    }

    private static string Account(string server) => new JsonObject
    {
        ["client_email"] = "me@project.example",
        ["private_key"] = RsaKey,
        ["token_uri"] = $"TOKENS/{server}",
    }.ToJsonString();

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static FunctionAnswer Answer(int? status, string settings)
    {
        // Keys sign and certificates are shown: they are not sent themselves.
        var sent = new StringBuilder(settings.Contains("PRIVATE", StringComparison.Ordinal) ? "" : settings);
        sent.Append(settings.Contains("basic", StringComparison.Ordinal) ? Base64("me:hush-password") : "");
        sent.Append(settings.Contains("whisk", StringComparison.Ordinal) ? Base64("id:hush-whisk") : "");
        sent.Append(settings.Contains("hush-user", StringComparison.Ordinal) ? Base64("me:hush-user") + " hush-user" : "");
        sent.Append(settings.Contains("/good", StringComparison.Ordinal) ? "hush-token" : "");
        return status is { } code ? new FunctionAnswer { Status = code, Body = code == 200 ? "{}" : sent.ToString() } : new FunctionAnswer { Close = true };
    }

    private async Task<string> ReadAsync(StringBuilder written, string path)
    {
        var response = await _running.Config.GetAsync(path);
        response.Status.ShouldBe(200, path);
        written.Append(response.Text);
        return response.Text;
    }
}
