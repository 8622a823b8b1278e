using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Resources;
using EventGateway.Abstractions.Settings;
using EventGateway.Tests.Engine.Functions;
using EventGateway.TestSupport;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Functions.Http;

public sealed class HttpOwnConnectionsTests : IDisposable
{
    private readonly FakeTimeProvider _clock = new();
    private readonly HttpFunctions _provider;
    private readonly CancellationTokenSource _guard = new(TimeSpan.FromSeconds(30));
    private readonly X509Certificate2 _server = SelfSigned.Create();
    private readonly X509Certificate2 _client = SelfSigned.Create("gateway");

    public HttpOwnConnectionsTests() => _provider = new HttpFunctions(_clock);

    public void Dispose()
    {
        _provider.Dispose();
        _server.Dispose();
        _client.Dispose();
        _guard.Dispose();
    }

    [Fact]
    public async Task Shows_its_certificate_and_trusts_the_authority_of_the_function()
    {
        await using var server = await StartAsync();
        var function = Create(server, "ca", "certificate", "key");

        (await CallAsync(function)).ShouldBe(_client.Thumbprint);
        _provider.OwnConnections.ShouldBe(1);
    }

    [Fact]
    public async Task Fails_without_the_authority_or_the_certificate()
    {
        await using var server = await StartAsync();

        foreach (var function in new[] { Create(server, "certificate", "key"), Create(server, "ca") })
        {
            using var result = await _provider.InvokeAsync(function, TestRoutes.Invocation(), _guard.Token);
            result.Outcome.ShouldBe(FunctionOutcome.Retryable);
        }
    }

    [Fact]
    public async Task Closes_unused_connections_and_opens_them_again()
    {
        await using var server = await StartAsync();
        var function = Create(server, "ca", "certificate", "key");
        await CallAsync(function);

        _clock.Advance(TimeSpan.FromMinutes(1));
        _provider.OwnConnections.ShouldBe(1);
        _clock.Advance(TimeSpan.FromMinutes(2));
        _provider.OwnConnections.ShouldBe(0);

        (await CallAsync(function)).ShouldBe(_client.Thumbprint);
        _provider.OwnConnections.ShouldBe(1);
    }

    private Task<FunctionServer> StartAsync() => FunctionServer.StartAsync(
        async context => await context.Response.WriteAsync(context.Connection.ClientCertificate!.Thumbprint),
        listen => listen.UseHttps(https =>
        {
            https.ServerCertificate = _server;
            https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
            https.ClientCertificateValidation = (certificate, _, _) => certificate.Thumbprint == _client.Thumbprint;
        }));

    private Function Create(FunctionServer server, params string[] fields)
    {
        var all = new JsonObject
        {
            ["ca"] = _server.ExportCertificatePem(),
            ["certificate"] = _client.ExportCertificatePem(),
            ["key"] = _client.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem(),
        };
        var tls = new JsonObject(fields.Select(field => KeyValuePair.Create(field, all[field]?.DeepClone())));
        var errors = new List<string>();
        var settings = _provider.Validate(JsonSerializer.SerializeToElement(new JsonObject { ["url"] = server.Url, ["tls"] = tls }), new SettingErrors(errors));
        errors.ShouldBeEmpty();
        return TestRoutes.Http(server.Url) with { Provider = settings };
    }

    private async Task<string> CallAsync(Function function)
    {
        using var result = await _provider.InvokeAsync(function, TestRoutes.Invocation(), _guard.Token);
        result.Error.ShouldBeNull();
        return Encoding.UTF8.GetString(result.Body.Span);
    }
}
