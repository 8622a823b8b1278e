using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Resources;
using EventGateway.Abstractions.Settings;
using EventGateway.Tests.Engine.Functions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Functions.Http;

/// <summary>What functions are sent to show who calls, and what becomes of it.</summary>
public sealed class HttpCredentialsTests : IDisposable
{
    private readonly HttpFunctions _provider = new(TimeProvider.System);
    private readonly CancellationTokenSource _guard = new(TimeSpan.FromSeconds(30));

    public void Dispose()
    {
        _provider.Dispose();
        _guard.Dispose();
    }

    [Fact]
    public async Task Asks_with_a_new_token_when_the_function_refuses_the_old_one()
    {
        var (fetched, accepted) = (0, "Bearer t1");
        var seen = new List<string>();
        await using var server = await FunctionServer.StartAsync(context =>
        {
            if (context.Request.Path == "/token")
            {
                return context.Response.WriteAsync($$"""{"access_token":"t{{++fetched}}"}""");
            }

            seen.Add($"{context.Request.Method} {context.Request.Headers.Authorization}");
            context.Response.StatusCode = context.Request.Headers.Authorization == accepted ? 200 : 401;
            context.Response.Headers["WebHook-Allowed-Origin"] = "*";
            return Task.CompletedTask;
        });
        (await CallAsync(WithToken(server.Url))).Outcome.ShouldBe(FunctionOutcome.Success);
        seen.Clear();
        accepted = "Bearer t3";

        (await CallAsync(WithToken(server.Url))).Outcome.ShouldBe(FunctionOutcome.Success);

        seen.ShouldBe(["OPTIONS Bearer t2", "OPTIONS Bearer t3", "POST Bearer t3"]);
    }

    [Fact]
    public async Task Does_not_ask_the_function_when_the_token_is_denied()
    {
        await using var server = await FunctionServer.StartAsync(context =>
        {
            context.Response.StatusCode = 400;
            return Task.CompletedTask;
        });

        var result = await CallAsync(WithToken(server.Url));

        result.Outcome.ShouldBe(FunctionOutcome.AccessDenied);
        result.Error.ShouldBe($"No token: {server.Url}/token answered with status 400.");
    }

    [Theory]
    [InlineData("", "/?k=a%26b")]
    [InlineData("?", "/?k=a%26b")]
    [InlineData("/f%2Fg#part", "/f%2Fg?k=a%26b")]
    [InlineData("/f?x=1", "/f?x=1&k=a%26b")]
    [InlineData("/f?x=1&", "/f?x=1&k=a%26b")]
    public async Task Adds_the_key_to_the_query(string path, string target)
    {
        string? seen = null;
        await using var server = await FunctionServer.StartAsync(context =>
        {
            seen = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
            return Task.CompletedTask;
        });

        await CallAsync(Create($$"""{"url":"{{server.Url}}{{path}}","auth":{"type":"apiKey","in":"query","name":"k","value":"a&b"} }"""));

        seen.ShouldBe(target);
    }

    [Theory]
    [InlineData("""{"url":"URL","auth":{"type":"apiKey","in":"query","name":"k","value":"a&secret"}}""")]
    [InlineData("""{"url":"USER"}""")]
    public async Task Masks_the_credentials_in_the_answer_of_a_function_that_fails(string settings)
    {
        await using var server = await FunctionServer.StartAsync(context =>
        {
            context.Response.StatusCode = 500;
            var credentials = context.Request.Headers.Authorization.ToString().Split(' ')[^1];
            return context.Response.WriteAsync(
                $"{context.Request.QueryString} {credentials} {Encoding.UTF8.GetString(Convert.FromBase64String(credentials))}");
        });
        settings = settings
            .Replace("URL", server.Url, StringComparison.Ordinal)
            .Replace("USER", server.Url.Replace("//", "//me:p%40secret@", StringComparison.Ordinal), StringComparison.Ordinal);

        var result = await CallAsync(Create(settings), forOutcome: true);

        var kept = result.Redaction.ShouldNotBeNull().Apply(Encoding.UTF8.GetString(result.Body.Span));
        kept.ShouldContain("*****");
        kept.ShouldNotContain("secret");
        kept.ShouldNotContain(Convert.ToBase64String("me:p@secret"u8));
    }

    private Function WithToken(string url) => Create(new JsonObject
    {
        ["url"] = url,
        ["validation"] = true,
        ["auth"] = new JsonObject { ["type"] = "oauth2", ["tokenUrl"] = url + "/token", ["clientId"] = "id", ["clientSecret"] = "secret" },
    }.ToJsonString());

    private Function Create(string settings)
    {
        var errors = new List<string>();
        var provider = _provider.Validate(JsonElement.Parse(settings), new SettingErrors(errors));
        errors.ShouldBeEmpty();
        return TestRoutes.Http("http://unused") with { Provider = provider };
    }

    private async Task<FunctionResult> CallAsync(Function function, bool forOutcome = false) =>
        await _provider.InvokeAsync(function, TestRoutes.Invocation() with { WantsOutcomeOnly = forOutcome }, _guard.Token);
}
