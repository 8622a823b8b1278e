using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Delivery;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Functions;

/// <summary>Tokens that the gateway fetches for HTTP functions.</summary>
public sealed class HttpTokenTests(RunningGateway running) : IClassFixture<RunningGateway>
{
    private const string Token = """{"access_token":"t-1","expires_in":3600,"token_type":"Bearer"}""";

    [Fact]
    public async Task A_token_is_fetched_once_and_sent_with_each_request()
    {
        var (tokens, path) = await SubscribeAsync(FunctionAnswer.Of(Token));

        await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ => (await running.SendAsync(path)).Text.ShouldBe("done")));

        running.CallsOf(path).Count.ShouldBe(20);
        running.CallsOf(path).ShouldAllBe(call => call.Headers.Find("Authorization") == "Bearer t-1");
        var fetch = running.CallsOf(tokens).ShouldHaveSingleItem();
        fetch.Text.ShouldBe("grant_type=client_credentials&scope=a+b&audience=me");
        fetch.Headers.Find("Authorization").ShouldBe("Basic " + Convert.ToBase64String("id:s%2Fecret"u8));
    }

    [Fact]
    public async Task A_token_that_is_refused_is_fetched_again()
    {
        var (tokens, path) = await SubscribeAsync(FunctionAnswer.Of(Token));
        (await running.SendAsync(path)).Status.ShouldBe(200);

        running.Functions[path] = new FunctionAnswer { Status = 401 };
        (await running.SendAsync(path)).Status.ShouldBe(502);
        running.CallsOf(path).Count.ShouldBe(3);
        running.CallsOf(tokens).Count.ShouldBe(2);
        running.Functions[path] = FunctionAnswer.Of("{}");
        (await running.SendAsync(path)).Status.ShouldBe(200);

        running.CallsOf(tokens).Count.ShouldBe(2);
    }

    [Theory]
    [InlineData(503, "", "retryable", "No token: http://127.0.0.1:{port}{path} answered with status 503.")]
    [InlineData(200, "{}", "retryable", "No token: http://127.0.0.1:{port}{path} answered without one.")]
    [InlineData(401, """{"error":"invalid_client","error_description":"s/ecret"}""", "accessDenied", "No token: http://127.0.0.1:{port}{path} answered with status 401 (invalid_client).")]
    [InlineData(400, "s/ecret", "accessDenied", "No token: http://127.0.0.1:{port}{path} answered with status 400.")]
    public async Task An_attempt_without_a_token_fails(int status, string body, string outcome, string error)
    {
        var (tokens, path) = await SubscribeAsync(
            new FunctionAnswer { Status = status, Body = body }, "async", new JsonObject { ["delivery"] = new JsonObject { ["retry"] = 0 } });

        (await running.SendAsync(path)).Status.ShouldBe(202);

        var subscription = await running.SubscriptionOfAsync(path);
        var letter = (await running.ListAsync($"deadletters?subscriptionId={Uri.EscapeDataString(subscription)}", "deadLetters", 1))[0];
        JsonNode? attempt = null;
        await Eventually.TrueAsync(
            async () => (attempt = (await running.AskAsync("GET", $"events/{letter["eventId"]}"))["deliveries"]![0]!["attempts"]!.AsArray().FirstOrDefault()) is not null,
            "The attempt is in the log.");
        attempt!["outcome"]!.GetValue<string>().ShouldBe(outcome, letter.ToJsonString());
        attempt["error"]!.GetValue<string>().ShouldBe(
            error.Replace("{port}", $"{running.Functions.Port}", StringComparison.Ordinal).Replace("{path}", tokens, StringComparison.Ordinal));
        running.CallsOf(path).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_raw_request_without_a_token_is_answered_by_the_gateway()
    {
        var (tokens, path) = await SubscribeAsync(new FunctionAnswer { Status = 503 }, more: new JsonObject { ["requestMode"] = "raw" });
        running.Functions[path + path] = FunctionAnswer.Of("raw");

        (await running.SendAsync(path)).Status.ShouldBe(502);
        running.Functions[tokens] = FunctionAnswer.Of(Token);
        (await running.SendAsync(path)).Text.ShouldBe("raw");

        running.CallsOf(path + path).ShouldHaveSingleItem().Headers.Find("Authorization").ShouldBe("Bearer t-1");
    }

    [Theory]
    [InlineData("http")]
    [InlineData("googlecloudfunction")]
    public async Task A_service_account_gets_an_id_token(string type)
    {
        using var key = RSA.Create(2048);
        var account = new JsonObject
        {
            ["type"] = "service_account",
            ["client_email"] = "me@project.example",
            ["private_key_id"] = "k1",
            ["private_key"] = key.ExportPkcs8PrivateKeyPem(),
            ["token_uri"] = running.Functions.Url("/google-" + type),
        };
        running.Functions["/google-" + type] = FunctionAnswer.Of("""{"id_token":"id-1"}""");
        var path = await running.SubscribeWithAsync(
            type is "http"
                ? new JsonObject { ["auth"] = new JsonObject { ["type"] = "googleIdToken", ["audience"] = "them", ["serviceAccount"] = account } }
                : new JsonObject { ["audience"] = "them", ["serviceAccount"] = account.ToJsonString() },
            functionType: type);

        (await running.SendAsync(path)).Text.ShouldBe("done");

        running.CallsOf(path).ShouldHaveSingleItem().Headers.Find("Authorization").ShouldBe("Bearer id-1");
        var form = running.CallsOf("/google-" + type).ShouldHaveSingleItem().Text;
        form.ShouldStartWith("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=");
        var parts = form[(form.LastIndexOf('=') + 1)..].Split('.');
        key.VerifyData(
            Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).ShouldBeTrue();
        var header = JsonNode.Parse(Base64Url.DecodeFromChars(parts[0]))!;
        header["alg"]!.GetValue<string>().ShouldBe("RS256");
        header["kid"]!.GetValue<string>().ShouldBe("k1");
        var claims = JsonNode.Parse(Base64Url.DecodeFromChars(parts[1]))!;
        claims["iss"]!.GetValue<string>().ShouldBe("me@project.example");
        claims["aud"]!.GetValue<string>().ShouldBe(running.Functions.Url("/google-" + type));
        claims["target_audience"]!.GetValue<string>().ShouldBe("them");
    }

    [Fact]
    public async Task The_metadata_server_gives_an_id_token()
    {
        await using var functions = new FunctionServer();
        await using var gateway = await GatewayProcess.StartAsync(new GatewayOptions
        {
            Environment = new Dictionary<string, string> { ["GCE_METADATA_HOST"] = $"127.0.0.1:{functions.Port}" },
        });
        const string identity = "/computeMetadata/v1/instance/service-accounts/default/identity";
        functions[identity] = FunctionAnswer.Of("id-2");
        functions["/f"] = FunctionAnswer.Of("""{"statusCode":200,"body":"done"}""");
        await gateway.Config.PostAsync(
            "/v1/spaces/default/functions",
            new JsonObject { ["functionId"] = "f", ["type"] = "googlecloudfunction", ["provider"] = new JsonObject { ["url"] = functions.Url("/f?x=1") } }.ToJsonString());
        await gateway.Config.PostAsync(
            "/v1/spaces/default/subscriptions", """{"type":"sync","eventType":"http.request","functionId":"f","path":"/f","method":"POST"}""");

        (await gateway.Events.PostAsync("/f", "{}")).Text.ShouldBe("done");

        var calls = functions.Calls();
        calls[0].Path.ShouldBe($"{identity}?audience={Uri.EscapeDataString(functions.Url("/f"))}&format=full");
        calls[0].Headers.Find("Metadata-Flavor").ShouldBe("Google");
        calls[1].Headers.Find("Authorization").ShouldBe("Bearer id-2");
    }

    private async Task<(string Tokens, string Path)> SubscribeAsync(FunctionAnswer answer, string type = "sync", JsonObject? more = null)
    {
        var tokens = $"/token-{running.NewName()}";
        running.Functions[tokens] = answer;
        var path = await running.SubscribeWithAsync(
            new JsonObject
            {
                ["auth"] = new JsonObject
                {
                    ["type"] = "oauth2",
                    ["tokenUrl"] = running.Functions.Url(tokens),
                    ["clientId"] = "id",
                    ["clientSecret"] = "s/ecret",
                    ["scope"] = "a b",
                    ["audience"] = "me",
                },
            },
            type: type,
            more: more);
        return (tokens, path);
    }
}
