using System.Text;
using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Delivery;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Functions;

/// <summary>Whatever the program writes, no function's secret is in it.</summary>
public sealed class HttpSecrecyTests : IAsyncLifetime
{
    private const string HmacBytes = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string Ed25519Bytes = "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=";

    private static readonly (string Type, string Settings)[] _functions =
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
        ("azurefunction", """{"key":"hush-azure"}"""),
        ("openwhisk", """{"apiHost":"TOKENS","action":"a","auth":"id:hush-whisk"}"""),
    ];

    private static readonly string[] _secrets =
    [
        "hush-", HmacBytes, Ed25519Bytes,
        Convert.ToBase64String("me:hush-password"u8), Convert.ToBase64String("id:hush-client"u8), Convert.ToBase64String("id:hush-whisk"u8),
    ];

    private readonly RunningGateway _running = new(["--log-level", "debug"]);

    public ValueTask InitializeAsync() => _running.InitializeAsync();

    public ValueTask DisposeAsync() => _running.DisposeAsync();

    // Answers that fail tell everything that they were sent, as debuggers and proxies do.
    [Theory]
    [InlineData(200)]
    [InlineData(400)]
    [InlineData(500)]
    [InlineData(null)]
    public async Task No_secret_is_told(int? status)
    {
        _running.Functions["/good"] = FunctionAnswer.Of("""{"access_token":"hush-token","expires_in":3600}""");
        _running.Functions["/bad"] = new FunctionAnswer { Status = 401, Body = "hush-client" };
        var delivery = new JsonObject { ["delivery"] = new JsonObject { ["retry"] = 0 } };
        var asyncs = new List<string>();
        foreach (var (type, settings) in _functions)
        {
            var provider = settings.Replace("TOKENS", _running.Functions.Url(string.Empty), StringComparison.Ordinal);
            var answer = Answer(status, provider);
            _running.Functions["/api/v1/namespaces/_/actions/a"] = answer;
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

        await _running.ListAsync("deadletters?limit=100", "deadLetters", status == 200 ? 1 : asyncs.Count);
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
        foreach (var secret in _secrets)
        {
            text.ShouldNotContain(secret);
        }
    }

    private static FunctionAnswer Answer(int? status, string settings)
    {
        var sent = new StringBuilder(settings);
        sent.Append(settings.Contains("basic", StringComparison.Ordinal) ? _secrets[3] : settings.Contains("whisk", StringComparison.Ordinal) ? _secrets[5] : "");
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
