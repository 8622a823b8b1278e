using EventGateway.Engine;
using EventGateway.Engine.Registry;
using EventGateway.Tests.Engine.Functions;
using Microsoft.Extensions.Logging;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Registry;

/// <summary>Credentials are allowed from origins that are named, and never from any.</summary>
public sealed class CorsCredentialsTests
{
    private const string Any = "\"allowCredentials\":true";

    [Theory]
    [InlineData(Any)]
    [InlineData("\"allowCredentials\":true,\"allowedOrigins\":[\"https://a.example\",\"*\"]")]
    [InlineData("\"allowCredentials\":true,\"allowedOrigins\":[\"https://*\"]")]
    [InlineData("\"allowCredentials\":true,\"allowedOrigins\":[\"HTTP*\"]")]
    public async Task Refuses_credentials_from_any_origin(string settings)
    {
        await using var fixture = await RegistryFixture.WithFunctionAsync();

        var cors = await RegistryFixture.RefuseAsync(fixture.Registry.Cors, $$"""{"method":"GET","path":"/c",{{settings}}}""");
        cors.Messages.Single().ShouldBe(
            "CORS configuration doesn't validate. Validation error: allowCredentials: true while allowedOrigins allows any origin (its default is \"*\"); true is accepted with origins that name a host, such as \"https://*.example.com\".");
        var subscription = await RegistryFixture.RefuseAsync(
            fixture.Registry.Subscriptions, "{\"type\":\"async\",\"eventType\":\"test.event\",\"functionId\":\"fn\",\"cors\":{" + settings + "}}");
        subscription.Messages.Single().ShouldContain("cors.allowCredentials: true while cors.allowedOrigins allows any origin");
    }

    [Theory]
    [InlineData("\"allowCredentials\":true,\"allowedOrigins\":[\"https://a.example\",\"https://*.b.example\"]")]
    [InlineData("\"allowCredentials\":false,\"allowedOrigins\":[\"*\"]")]
    public async Task Accepts_credentials_from_named_origins(string settings)
    {
        await using var fixture = await RegistryFixture.StartAsync();

        await RegistryFixture.CreateAsync(fixture.Registry.Cors, $$"""{"method":"GET","path":"/c",{{settings}}}""");

        fixture.Registry.Routes.FindCors("GET", "/c").ShouldNotBeNull();
    }

    [Fact]
    public async Task Warns_once_of_stored_settings_that_allow_credentials_from_any_origin()
    {
        var store = new MemoryConfigStore();
        await using (var lenient = new GatewayRegistry(
            store, RegistryFixture.Providers, TimeProvider.System, new RecordingLogger<GatewayRegistry>(), new GatewayDefaults { CredentialsFromAnyOrigin = true }))
        {
            await lenient.StartAsync(CancellationToken.None);
            await RegistryFixture.CreateAsync(lenient.Cors, $$"""{"method":"GET","path":"/c",{{Any}}}""");
            await RegistryFixture.CreateAsync(lenient.Cors, $$"""{"method":"GET","path":"/d",{{Any}}}""");
        }

        var logger = new RecordingLogger<GatewayRegistry>();
        await using var registry = new GatewayRegistry(store, RegistryFixture.Providers, TimeProvider.System, logger);
        await registry.StartAsync(CancellationToken.None);

        logger.Entries.Where(entry => entry.Level is LogLevel.Warning).Select(entry => entry.Text).ShouldBe(
            ["2 CORS settings allow credentials from any origin, the first is GET%2Fc of space default. They are in force without credentials: name the origins."]);
    }
}
