using EventGateway.Engine;
using EventGateway.Engine.Registry;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Registry;

/// <summary>The origins of CORS settings are such as browsers send.</summary>
public sealed class CorsOriginTests
{
    [Theory]
    [InlineData("https://app.example/")]
    [InlineData("https://app.example/app")]
    [InlineData("https://app.example?x")]
    [InlineData("https://*.example/")]
    [InlineData("app.example")]
    [InlineData("://app.example")]
    [InlineData("https://")]
    public async Task Refuses_an_origin_that_no_browser_sends(string origin)
    {
        await using var fixture = await RegistryFixture.StartAsync();

        var refused = await RegistryFixture.RefuseAsync(fixture.Registry.Cors, Body(origin));

        refused.Messages.ShouldBe([
            $"CORS configuration doesn't validate. Validation error: allowedOrigins: \"{origin}\"; an origin is a scheme, a host and perhaps a port, "
            + "without a path, such as \"https://app.example\" or \"https://*.example.com\".",
        ]);
    }

    [Theory]
    [InlineData("*")]
    [InlineData("null")]
    [InlineData("*.example")]
    [InlineData("https://app.example")]
    [InlineData("http://localhost:*")]
    [InlineData("http://[::1]:8080")]
    [InlineData("capacitor://localhost")]
    public async Task Accepts_an_origin_that_a_browser_can_send(string origin)
    {
        await using var fixture = await RegistryFixture.StartAsync();

        await RegistryFixture.CreateAsync(fixture.Registry.Cors, Body(origin));

        fixture.Registry.Routes.FindCors("GET", "/c")!.AllowedOrigins.ShouldBe([origin]);
    }

    [Fact]
    public async Task Accepts_any_origin_where_the_defaults_say_so_as_0_9_did()
    {
        await using var registry = new GatewayRegistry(
            new MemoryConfigStore(), RegistryFixture.Providers, TimeProvider.System, NullLogger<GatewayRegistry>.Instance, new GatewayDefaults { AnyForm = true });

        await registry.StartAsync(CancellationToken.None);

        await RegistryFixture.CreateAsync(registry.Cors, Body("https://app.example/"));

        registry.Routes.FindCors("GET", "/c")!.AllowedOrigins.ShouldBe(["https://app.example/"]);
    }

    private static string Body(string origin) => $$"""{"method":"GET","path":"/c","allowedOrigins":["{{origin}}"]}""";
}
