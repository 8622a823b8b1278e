using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Events;

/// <summary>CORS settings apply only to routes of their own space. One of them can be the default of the space.</summary>
public sealed class CorsSpacesTests(RunningGateway running) : IClassFixture<RunningGateway>
{
    private const string Origin = "https://app.example";

    [Fact]
    public async Task Ignores_settings_of_another_space()
    {
        await SubscribeAsync("zzz", "/theirs");
        await CreateAsync("aaa", "cors", new JsonObject { ["method"] = "POST", ["path"] = "/theirs", ["allowedOrigins"] = new JsonArray("*") });

        (await PreflightAsync("/theirs")).Header("Access-Control-Allow-Origin").ShouldBeNull();
        var answer = await PostAsync("/theirs");
        answer.Status.ShouldBe(200, answer.ToString());
        answer.Header("Access-Control-Allow-Origin").ShouldBeNull();

        await CreateAsync("zzz", "cors", new JsonObject
        {
            ["method"] = "POST",
            ["path"] = "/theirs",
            ["allowedOrigins"] = new JsonArray(Origin),
            ["allowCredentials"] = true,
        });
        var preflight = await PreflightAsync("/theirs");
        (preflight.Status, preflight.Header("Access-Control-Allow-Origin"), preflight.Header("Access-Control-Allow-Credentials")).ShouldBe((200, Origin, "true"));
        (await PostAsync("/theirs")).Header("Access-Control-Allow-Origin").ShouldBe(Origin);
    }

    [Fact]
    public async Task The_default_of_a_space_applies_to_its_routes_and_a_refused_preflight_says_why_in_the_log()
    {
        await SubscribeAsync("pages", "/pages/a");
        await CreateSubscriptionAsync("pages", "/pages/b");
        await CreateAsync("pages", "cors", new JsonObject
        {
            ["method"] = "*",
            ["path"] = "*",
            ["allowedOrigins"] = new JsonArray(Origin),
            ["allowedHeaders"] = new JsonArray("event", "ce-*"),
        });
        (await running.Config.GetAsync("/v1/spaces/pages/cors/*%2A")).Json["allowedMethods"]!.ToJsonString().ShouldBe("""["*"]""");

        foreach (var path in (string[])["/pages/a", "/pages/b"])
        {
            var preflight = await PreflightAsync(path, "ce-id, event");
            (preflight.Status, preflight.Header("Access-Control-Allow-Origin"), preflight.Header("Access-Control-Allow-Headers")).ShouldBe((200, Origin, "Ce-Id, Event"));
            (await PostAsync(path)).Header("Access-Control-Allow-Origin").ShouldBe(Origin);
        }

        (await PreflightAsync("/pages/a", "x-api-key")).Header("Access-Control-Allow-Origin").ShouldBeNull();
        await Eventually.TrueAsync(
            () => running.Gateway.Output.Contains(
                $"Refused the preflight of POST /pages/a from {Origin}: the header X-Api-Key is not in allowedHeaders.", StringComparison.Ordinal),
            "the log says why");
    }

    [Theory]
    [InlineData("""{"method":"*","path":"/a"}""", "path: \"/a\"; with the method *, the path * is accepted: both together are the default of the space.")]
    [InlineData("""{"method":"GET","path":"*"}""", "path: \"*\"; a path that begins with '/' is accepted.")]
    [InlineData("""{"method":"get","path":"/a"}""", "method: \"get\"; GET, POST, PUT, PATCH, DELETE, HEAD and OPTIONS are accepted. * is the default of the space.")]
    public async Task Refuses_a_half_default(string body, string error)
    {
        var refused = await running.Config.PostAsync("/v1/spaces/pages/cors", body);

        refused.Status.ShouldBe(400);
        refused.Errors.ShouldBe(["CORS configuration doesn't validate. Validation error: " + error]);
    }

    [Fact]
    public async Task Refuses_settings_that_allow_credentials_from_any_origin()
    {
        var refused = await running.Config.PostAsync(
            "/v1/spaces/default/cors", """{"method":"POST","path":"/any","allowedOrigins":["*"],"allowCredentials":true}""");

        refused.Status.ShouldBe(400);
        var message = refused.Errors.ShouldHaveSingleItem();
        message.ShouldContain("allowCredentials");
        message.ShouldContain("allowedOrigins");
    }

    [Fact]
    public async Task Stored_settings_do_not_allow_credentials_from_any_origin()
    {
        using var directory = new TemporaryDirectory();
        await using (var lenient = await GatewayProcess.StartAsync(new GatewayOptions { DataDirectory = directory.Path, Arguments = ["--compat", "0.9"] }))
        {
            var created = await lenient.Config.PostAsync(
                "/v1/spaces/default/cors", """{"method":"POST","path":"/any","allowedOrigins":["*"],"allowCredentials":true}""");
            created.Status.ShouldBe(201, created.ToString());
            (await lenient.StopAsync()).ShouldBe(0);
        }

        await using var gateway = await GatewayProcess.StartAsync(new GatewayOptions { DataDirectory = directory.Path });
        var preflight = await gateway.Events.SendAsync(Preflight("/any"));

        preflight.Header("Access-Control-Allow-Origin").ShouldBe("*");
        preflight.Header("Access-Control-Allow-Credentials").ShouldBeNull();
        await Eventually.TrueAsync(() => gateway.Output.Contains("1 CORS settings allow credentials from any origin", StringComparison.Ordinal), "the log contains a warning");
    }

    private async Task SubscribeAsync(string space, string path)
    {
        running.Functions["/cors"] = new FunctionAnswer { Body = """{"statusCode":200}""" };
        await CreateAsync(space, "functions", new JsonObject
        {
            ["functionId"] = "f",
            ["type"] = "http",
            ["provider"] = new JsonObject { ["url"] = running.Functions.Url("/cors") },
        });
        await CreateSubscriptionAsync(space, path);
    }

    private Task CreateSubscriptionAsync(string space, string path) => CreateAsync(space, "subscriptions", new JsonObject
    {
        ["type"] = "sync",
        ["eventType"] = "http.request",
        ["functionId"] = "f",
        ["path"] = path,
        ["method"] = "POST",
    });

    private async Task CreateAsync(string space, string resources, JsonObject resource)
    {
        var created = await running.Config.PostAsync($"/v1/spaces/{space}/{resources}", resource.ToJsonString());
        created.Status.ShouldBe(201, created.ToString());
    }

    private Task<RawResponse> PreflightAsync(string path, string? headers = null) => running.Events.SendAsync(Preflight(path, headers));

    private Task<RawResponse> PostAsync(string path) => running.Events.SendAsync(
        new RawRequest("POST", path) { Headers = [new HttpField("Origin", Origin), new HttpField("Content-Length", "0")] });

    private static RawRequest Preflight(string path, string? headers = null)
    {
        HttpField[] fields = [new("Origin", Origin), new("Access-Control-Request-Method", "POST")];
        return new("OPTIONS", path) { Headers = headers is null ? fields : [.. fields, new("Access-Control-Request-Headers", headers)] };
    }
}
